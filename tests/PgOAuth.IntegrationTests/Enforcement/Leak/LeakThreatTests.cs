using System.Globalization;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Each known way to what is protected, through the gate.</summary>
public sealed class LeakThreatTests(ProxyFixture fixture, ITestOutputHelper output)
{
    /// <summary>Errors that show the row, of statements that are allowed.</summary>
    private static readonly string[] RowErrors =
    [
        "update person set id = null",
        "update person set age = 1000",
        "update doc set id = null where title = 'doc 1'",
        "update account set id = null",
        "with x as (update person set age = 500 returning id) select * from x",
        "merge into person p using city c on p.id = c.id when matched then update set age = 500",
        "insert into person (id, name) values (1, 'x') on conflict (id) do update set age = 400",
        "prepare r as update person set id = null; execute r",
    ];

    public static TheoryData<int, PoolMode> Kinds { get; } = new() { { 15, PoolMode.None }, { 18, PoolMode.None }, { 18, PoolMode.Transaction } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task D01_ToD49_EveryWay_IsRefusedByTheGate(int major, PoolMode mode)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, major, cancellationToken);
        await using var proxy = await bed.StartProxyAsync(fixture, mode, GateMode.Enforce, 4, cancellationToken);
        var wrong = new List<string>();
        foreach (var protocol in new[] { LeakProtocol.Simple, LeakProtocol.Extended, LeakProtocol.Binary })
        {
            foreach (var threat in LeakThreats.For(major))
            {
                using var connection = await bed.OpenAsync(proxy, LeakSchema.Scope);
                await connection.RunAsync("begin");
                var answers = await connection.RunAsync([.. threat.Steps.Select(step => new LeakStep(protocol, step))]);
                var end = answers[^1].IsEnd ? null : await connection.RunAsync("rollback");

                // Several statements in one Parse are an error anyway, and so is what is no SQL.
                var isRefused = answers.Exists(static answer => answer.SqlState == "42501" || answer.IsEnd)
                    || ((protocol is not LeakProtocol.Simple || threat.Harm is LeakHarm.Other) && answers.Exists(static answer => answer.SqlState is not null));
                if (!isRefused || end?.Leak is not null || answers.Exists(static answer => answer.Leak is not null))
                {
                    wrong.Add($"{protocol} {threat}\n    {string.Join(", ", answers)}");
                }
            }
        }

        output.WriteLine($"{LeakThreats.For(major).Count()} ways on PostgreSQL {major}");
        Assert.True(wrong.Count == 0, $"{wrong.Count} are open:\n{string.Join('\n', wrong)}");
        Assert.Equal(bed.Fingerprint, await bed.FingerprintAsync(cancellationToken));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task D41_RowThatViolatesAConstraint_IsNotInTheError(int major, PoolMode mode)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, major, cancellationToken);
        await using var proxy = await bed.StartProxyAsync(fixture, mode, GateMode.Enforce, 4, cancellationToken);
        using var server = await bed.OpenDirectAsync(TestRoles.Engineer);
        using var gated = await bed.OpenAsync(proxy, LeakSchema.Scope);
        using var trusted = await bed.OpenAsync(proxy, "everything");
        foreach (var sql in RowErrors)
        {
            Assert.True((await InTransactionAsync(server, sql)).Leak is not null, sql);
            var answer = await InTransactionAsync(gated, sql);
            Assert.True(answer is { Leak: null, SqlState: ['2', '3', ..] } && !answer.Error!.Contains("|D", StringComparison.Ordinal), $"{sql}: {answer}");
            Assert.True((await InTransactionAsync(trusted, sql)).Leak is not null, sql);
        }

        // All of this table may be read, and so may the key.
        var key = await InTransactionAsync(gated, "insert into city (id) values (1)");
        Assert.Contains("|DKey (id)=(1) already exists.|", key.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task D48_FunctionCallMessages_AreJudgedAsCalls(int major)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, major, cancellationToken);
        await using var gatedProxy = await bed.StartProxyAsync(fixture, PoolMode.None, GateMode.Enforce, 2, cancellationToken);
        var calls = new List<byte[]>
        {
            await CallAsync("pg_catalog.lo_get(oid)", Int32(424242)),
            await CallAsync("app.leak()"),
            await CallAsync("app.leak_number(int, int)", Int32(1), Int32(2)),
            await CallAsync("app.leak_run(text)", "select secret from vault.secrets limit 1"u8.ToArray()),
            await CallAsync("pg_catalog.query_to_xml(text, boolean, boolean, text)", "table vault.secrets"u8.ToArray(), [1], [0], []),
        };
        foreach (var call in calls)
        {
            using var open = await bed.OpenDirectAsync(TestRoles.Engineer);
            using var gated = await bed.OpenAsync(gatedProxy, LeakSchema.Scope);
            var without = await open.SendAsync(call);
            Assert.True(without.Leak is not null, $"{without}");
            var answer = await gated.SendAsync(call);
            Assert.True(answer.Leak is null && (answer.SqlState == "42501" || answer.IsEnd), $"{answer}");
        }

        // What drivers call by number is judged by its name.
        foreach (var call in new[] { await CallAsync("pg_catalog.lo_open(oid, int)", Int32(424242), Int32(0x40000)), await CallAsync("pg_catalog.lo_unlink(oid)", Int32(424242)) })
        {
            using var gated = await bed.OpenAsync(gatedProxy, LeakSchema.Scope);
            Assert.Equal("42501", (await gated.SendAsync(call)).SqlState);
        }

        async Task<byte[]> CallAsync(string function, params byte[][] arguments)
        {
            var oid = await ProxyFixture.ScalarAsync(bed.Server, bed.Database, $"select '{function}'::regprocedure::oid::int", cancellationToken);
            return Message('F', [.. Int32(Convert.ToInt32(oid, CultureInfo.InvariantCulture)), .. Int16(1), .. Int16(1), .. Int16(arguments.Length),
                .. arguments.SelectMany(static argument => (byte[])[.. Int32(argument.Length), .. argument]), .. Int16(1)]);
        }
    }

    [Theory]
    [InlineData(PoolMode.Session)]
    [InlineData(PoolMode.Transaction)]
    public async Task D46_WhatAnotherPersonPrepared_IsNotThere(PoolMode mode)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, 18, cancellationToken);
        await using var proxy = await bed.StartProxyAsync(fixture, mode, GateMode.Enforce, 1, cancellationToken);
        var trusted = await bed.OpenAsync(proxy, "everything");
        await trusted.RunAsync("begin");
        await trusted.RunAsync("prepare stolen as select secret from vault.secrets");
        await trusted.RunAsync("declare held cursor with hold for select secret from vault.secrets");
        await trusted.SendAsync([.. FrontendMessages.Parse("select secret from vault.secrets", "named"), .. FrontendMessages.Sync]);
        Assert.NotNull((await trusted.RunAsync("execute stolen")).Leak);
        Assert.NotNull((await trusted.RunAsync(new LeakStep(LeakProtocol.BindNamed, "named"))).Leak);
        Assert.NotNull((await trusted.RunAsync("fetch 1 held")).Leak);
        await trusted.RunAsync("commit");
        if (mode is PoolMode.Session)
        {
            trusted.Dispose();
        }

        using var thief = await bed.OpenAsync(proxy, LeakSchema.Scope);
        LeakStep[] steps =
        [
            new(LeakProtocol.Simple, "execute stolen"), new(LeakProtocol.BindNamed, "stolen"), new(LeakProtocol.BindNamed, "named"), new(LeakProtocol.Simple, "execute named"),
            new(LeakProtocol.Simple, "fetch all held"), new(LeakProtocol.ExecuteNamed, "held"), new(LeakProtocol.Simple, "explain (analyze, verbose) execute stolen"),
            new(LeakProtocol.Simple, "create table pad.stolen as execute stolen"), new(LeakProtocol.Simple, "copy (select statement from pg_prepared_statements) to stdout"),
        ];
        foreach (var step in steps)
        {
            var answer = await thief.RunAsync(step);
            Assert.True(answer is { Leak: null, SqlState: not null }, $"{step}: {answer}");
        }

        trusted.Dispose();
    }

    private static async Task<LeakAnswer> InTransactionAsync(LeakConnection connection, string sql)
    {
        await connection.RunAsync("begin");
        var answer = await connection.RunAsync(sql);
        await connection.RunAsync("rollback");
        await connection.RunAsync("deallocate all");
        return answer;
    }
}
