using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Auditing;

public sealed class StatementAuditTests : IDisposable
{
    private const string Canary = "canary-5e1f";

    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly LogRecorder _log = new();
    private readonly AuditRecorder _sink = new();
    private readonly StatementCache _cache = new(new SessionStateGuard());
    private readonly CatalogCache _catalogs = new(new Source(), new CatalogLimits(), TimeProvider.System, static (_, _) => { });

    public void Dispose()
    {
        _catalogs.Dispose();
        _metrics.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task All_EveryDecisionIsARecord_InOrder()
    {
        await using (var queue = NewQueue(StatementAudit.All))
        {
            var gate = await OpenAsync(queue, GateMode.Enforce);
            Assert.Null(Decide(gate, $"select id from orders where note = '{Canary}'"));
            Assert.Equal(StatementDenial.Policy, Decide(gate, $"update orders set note = '{Canary}'")?.Reason);
            Assert.Equal(StatementDenial.RoleChange, Decide(gate, $"set role '{Canary}'")?.Reason);
            Assert.Equal(StatementDenial.Syntax, Decide(gate, $"select '{Canary}' from from")?.Reason);
            gate.Refused(Denial.Of(StatementDenial.FunctionCall));
        }

        Assert.Equal(["allowed", "policy", "role_change", "syntax", "function_call"], _sink.Statements.Select(static record => record.Reason));
        Assert.Equal(
            [StatementAuditVerdict.Allowed, .. Enumerable.Repeat(StatementAuditVerdict.Refused, 4)],
            _sink.Statements.Select(static record => record.Verdict));

        var allowed = _sink.Statements[0];
        Assert.Equal(("alice", "https://login.example/", "t-1", "app", "reader", "main", "shop"), (allowed.Subject, allowed.Issuer, allowed.TokenId, allowed.ClientId, allowed.Role, allowed.Server, allowed.Database));
        Assert.Equal(7, allowed.SessionId);
        Assert.True(allowed.PolicyVersion > 0);
        var statement = Assert.Single(allowed.Statements);
        Assert.Equal(("SelectStmt", "select id from orders where note = ?", true), (statement.Kind, statement.Text, statement.IsAllowed));
        var access = Assert.Single(statement.Accesses, static access => access.Need == "select on public.orders");
        Assert.Equal((true, "the orders", "orders:read"), (access.IsAllowed, access.Rule, access.Scope));

        var refused = Assert.Single(_sink.Statements[1].Statements);
        Assert.False(refused.IsAllowed);
        Assert.Contains(refused.Accesses, static access => !access.IsAllowed && access.Reason == "not_granted" && access.NeededScopes is ["orders:write"]);

        Assert.Empty(_sink.Statements[3].Statements);
        Assert.Equal(Encoding.UTF8.GetByteCount($"select '{Canary}' from from"), _sink.Statements[3].TextLength);
        Assert.DoesNotContain(Canary, string.Join('\n', _sink.Statements.Select(Describe)) + _log.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_AllowedStatements_AreNoRecord()
    {
        await using (var queue = NewQueue(StatementAudit.Refused))
        {
            var gate = await OpenAsync(queue, GateMode.Enforce);
            Decide(gate, "select id from orders");
            Decide(gate, "delete from orders");
        }

        Assert.Equal("policy", Assert.Single(_sink.Statements).Reason);
    }

    [Fact]
    public async Task None_NothingIsARecord()
    {
        await using (var queue = NewQueue(StatementAudit.None))
        {
            var gate = await OpenAsync(queue, GateMode.Enforce);
            Assert.NotNull(Decide(gate, "delete from orders"));
        }

        Assert.Empty(_sink.Statements);
    }

    [Theory]
    [InlineData("delete from orders")]
    [InlineData("select id from nowhere")]
    public async Task Observed_WhatWouldBeRefused_Passes(string sql)
    {
        await using (var queue = NewQueue(StatementAudit.Refused))
        {
            var gate = await OpenAsync(queue, GateMode.Observe);
            Assert.Null(Decide(gate, sql));
        }

        var record = Assert.Single(_sink.Statements);
        Assert.Equal((StatementAuditVerdict.Observed, "policy"), (record.Verdict, record.Reason));
    }

    [Theory]
    [InlineData(AuditOverflow.RefuseConnections, GateMode.Enforce, true)]
    [InlineData(AuditOverflow.DropRecord, GateMode.Enforce, false)]
    [InlineData(AuditOverflow.RefuseConnections, GateMode.Observe, false)]
    public async Task FullQueue_RefusesStatementsThatAreEnforced_AndKeepsRoomForConnections(AuditOverflow overflow, GateMode mode, bool refuses)
    {
        var blocked = new BlockedSink();
        await using var queue = new AuditQueue(
            new AuditingOptions { Statements = StatementAudit.All, Overflow = overflow, QueueCapacity = 8 }, [blocked], _metrics, _log.CreateLogger("audit"));
        var gate = await OpenAsync(queue, mode);
        Decide(gate, "select id from orders");
        await blocked.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        for (var i = 0; i < 6; i++)
        {
            Assert.Null(Decide(gate, "select id from orders"));
        }

        for (var i = 0; i < 3; i++)
        {
            var denial = Decide(gate, "select id from orders");
            Assert.Equal(refuses, denial is not null);
            Assert.True(denial is null || denial is { Reason: StatementDenial.NotAudited, SqlState: SqlStates.InsufficientResources });
            var refusal = Decide(gate, "delete from orders");
            Assert.Equal(mode is GateMode.Enforce ? StatementDenial.Policy : null, refusal?.Reason);
        }

        Assert.Single(_log.Lines, static line => line.EventId.Name == "AuditRecordDropped");
        Assert.True(queue.TryAdd(Connection()));
        Assert.True(queue.TryAdd(Connection()));
        blocked.Gate.SetResult();
    }

    [Fact]
    public async Task CacheHit_AllocatesNothing()
    {
        foreach (var which in new[] { StatementAudit.Refused, StatementAudit.All })
        {
            await using var queue = new AuditQueue(
                new AuditingOptions { Statements = which, QueueCapacity = 100_000 }, [new BlockedSink()], _metrics, _log.CreateLogger("audit"));
            var gate = await OpenAsync(queue, GateMode.Enforce);
            var sql = "select id from orders"u8.ToArray();
            var statement = _cache.GetQuery(sql, gate.Context);

            // The queue's own memory grows to its size once.
            for (var i = 0; i < 40_000; i++)
            {
                gate.Decided(statement, null, _cache);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20_000; i++)
            {
                gate.Decided(_cache.GetQuery(sql, gate.Context), null, _cache);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public async Task LargeTexts_MakeBoundedRecords_WithTheRefusalAmongThem()
    {
        await using (var queue = NewQueue(StatementAudit.All))
        {
            var gate = await OpenAsync(queue, GateMode.Enforce);
            Assert.NotNull(Decide(gate, string.Concat(Enumerable.Repeat("select id from orders;", 500)) + "delete from orders; select 1"));
            Assert.NotNull(Decide(gate, "select " + string.Join(", ", Enumerable.Range(0, 2_000).Select(static i => $"lower(note) a{i}")) + " from orders, pg_class, sales.orders"));
        }

        var many = _sink.Statements[0];
        Assert.Equal(EvidenceBuilder.MaxStatements + 1, many.Statements.Count);
        Assert.True(many.HasMoreStatements);
        Assert.Equal(("DeleteStmt", false), (many.Statements[^1].Kind, many.Statements[^1].IsAllowed));
        Assert.All(many.Statements.SkipLast(1), static statement => Assert.True(statement.IsAllowed));

        var wide = Assert.Single(_sink.Statements[1].Statements);
        Assert.True(wide.HasMoreAccesses);
        Assert.InRange(wide.Accesses.Count, 1, EvidenceBuilder.MaxAccesses + 1);
        Assert.Contains(wide.Accesses, static access => !access.IsAllowed);
    }

    [Fact]
    public async Task LogLine_TellsADatabaseAdministratorWhoWhatAndWhy()
    {
        using var factory = new LogRecorder();
        var sink = new LoggerAuditSink(factory);
        await using (var queue = NewQueue(StatementAudit.All))
        {
            var gate = await OpenAsync(queue, GateMode.Enforce);
            Decide(gate, "select id from orders where id = 4111");
            Decide(gate, "delete from orders");
            Decide(gate, "nonsense");
        }

        foreach (var record in _sink.Statements)
        {
            await sink.WriteAsync(record, CancellationToken.None);
        }

        var lines = factory.Lines.ToArray();
        Assert.Equal([8003, 8004, 8004], lines.Select(static line => line.EventId.Id));
        Assert.StartsWith("Statement allowed: alice as reader in shop on main: SelectStmt [", lines[0].Message, StringComparison.Ordinal);
        Assert.Contains("] \"select id from orders where id = ?\": allowed select on public.orders, by scope orders:read, the orders", lines[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("Statement Refused (policy): alice as reader in shop on main: DeleteStmt [", lines[1].Message, StringComparison.Ordinal);
        Assert.Contains("refused delete on public.orders, needs scope orders:write", lines[1].Message, StringComparison.Ordinal);
        Assert.StartsWith("Statement Refused (syntax): alice as reader in shop on main: a text of 8 bytes (policy ", lines[2].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", factory.AllText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select set_config('canary-5e1f/not a name', 'x', false)")]
    [InlineData("select current_setting('canary-5e1f')")]
    [InlineData("select 'canary-5e1f'::regclass")]
    [InlineData("select nextval('canary-5e1f')")]
    [InlineData("set x.y to 'canary-5e1f', 'b'")]
    [InlineData("prepare p as select 'canary-5e1f'")]
    [InlineData("explain select id from orders where note like 'canary-5e1f'")]
    [InlineData("do $$ canary-5e1f $$")]
    [InlineData("create function f() returns int language sql as 'canary-5e1f'")]
    [InlineData("comment on table orders is 'canary-5e1f'")]
    [InlineData("copy orders from 'canary-5e1f'")]
    [InlineData("alter role x password 'canary-5e1f'")]
    [InlineData("create user mapping for x server s options (password 'canary-5e1f')")]
    [InlineData("create subscription s connection 'canary-5e1f' publication p")]
    [InlineData("select e'canary\\x2d5e1f', U&'canary-5e1f', $x$canary-5e1f$x$")]
    [InlineData("notify x, 'canary-5e1f'")]
    public async Task Values_AreInNoRecord(string sql)
    {
        await using (var queue = NewQueue(StatementAudit.All))
        {
            var gate = await OpenAsync(queue, GateMode.Enforce);
            Decide(gate, sql);
        }

        var text = Describe(Assert.Single(_sink.Statements));
        Assert.NotEmpty(text);
        Assert.DoesNotContain("5e1f", text, StringComparison.Ordinal);
    }

    private static string Describe(StatementAuditRecord record) =>
        string.Join('\n', [record.ToString(), .. record.Statements.Select(static one => one.ToString()), .. record.Statements.SelectMany(static one => one.Accesses).Select(static one => one.ToString())])
        + StatementAuditLine.Describe(record);

    private Denial? Decide(SessionGate gate, string sql)
    {
        var statement = _cache.GetQuery(Encoding.UTF8.GetBytes(sql), gate.Context);
        return gate.Decided(statement, statement.Denial, _cache);
    }

    private AuditQueue NewQueue(StatementAudit statements) =>
        new(new AuditingOptions { Statements = statements }, [_sink], _metrics, _log.CreateLogger("audit"));

    private async Task<SessionGate> OpenAsync(AuditQueue queue, GateMode mode)
    {
        var policy = new StatementPolicyOptions()
            .AddScope("orders:read", static scope => scope.Select("public.orders").Named("the orders"))
            .AddScope("orders:write", static scope => scope.ReadWrite("public.orders"));
        var subject = new StatementAuditSubject
        {
            ProxyName = "",
            SessionId = 7,
            Issuer = "https://login.example/",
            Subject = "alice",
            TokenId = "t-1",
            ClientId = "app",
            Role = "reader",
            Server = "main",
            Database = "shop",
        };
        var gate = new SessionGate(
            new PolicyHolder(PolicyCompiler.Compile(policy, ShippedBaseline.Instance)),
            _catalogs,
            new GateSubject(CatalogTestBed.Key, "reader", new CatalogSearchPath(["public"]), mode, ["orders:read"], null),
            _metrics,
            StatementAuditor.Create(queue, subject, TimeProvider.System));
        if (!gate.TryRefresh())
        {
            await gate.RefreshAsync(TestContext.Current.CancellationToken);
            Assert.True(gate.TryRefresh());
        }

        Assert.NotNull(gate.Context);
        return gate;
    }

    private static AuditRecord Connection() => new()
    {
        Timestamp = DateTimeOffset.UnixEpoch,
        ProxyName = "",
        SessionId = 1,
        Endpoint = "127.0.0.1:0",
        Verdict = AuditVerdict.Allowed,
        Reason = "allowed",
    };

    private sealed class Source : ICatalogSource
    {
        // Without operators and casts that somebody made, which would be functions that statements need.
        private static readonly CatalogContent Content = CatalogTestBed.Build([.. CatalogTestBed.SmallContent[..^2], [], []]);

        public ValueTask<CatalogReadResult> ReadAsync(CatalogKey key, CatalogSnapshot? previous, IReadOnlyCollection<string> roles, CancellationToken cancellationToken) =>
            new(CatalogReadResult.Read(new CatalogSnapshot(key, Content, CatalogTestBed.State(roles, "11", "2200", "300"))));
    }

    private sealed class BlockedSink : IAuditSink
    {
        public TaskCompletionSource Gate { get; } = new();

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask WriteAsync(AuditRecord record, CancellationToken cancellationToken) => new(Gate.Task.WaitAsync(cancellationToken));

        public ValueTask WriteAsync(StatementAuditRecord record, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            return new(Gate.Task.WaitAsync(cancellationToken));
        }
    }
}
