using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Testing.Upstream;
using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>Ways to run what was allowed once and is not any more: by another door, another name, another order (A25 to A28, D46).</summary>
public sealed class ClientGateTests : IAsyncLifetime
{
    private const string Salaries = "select pay from salaries";
    private const string Orders = "select note from orders";

    private readonly GateBed _bed = new();
    private readonly List<byte> _toServer = [];
    private readonly List<byte> _toClient = [];
    private readonly List<byte> _pending = [];
    private ServerConversation _server = new();
    private ClientStep _client = null!;
    private ServerStep _answers = null!;

    public ValueTask InitializeAsync() => StartAsync(_bed, isMultiplexed: false);

    public ValueTask DisposeAsync()
    {
        _bed.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A27_PreparedStatement_IsJudgedAgainWhenItIsBound()
    {
        await PrepareAsync("q", Salaries);
        Assert.Equal("B(,q) E() S", await SendAsync([.. Bind("", "q"), .. Execute(), .. Sync]));
        Answer(Message('2'), CommandComplete("SELECT 1"), ReadyForQuery());
        _bed.HideSalaries();

        Assert.StartsWith("B(,pgoauth_denied_", await SendAsync([.. Bind("", "q"), .. Execute(), .. Sync]), StringComparison.Ordinal);
        Answer(Denial(), ReadyForQuery());
        Assert.Contains("the policy denies select on", Encoding.UTF8.GetString([.. _toClient]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A27_NameOfAFailedParse_IsStillThatOfTheFirst()
    {
        await PrepareAsync("q", Salaries);
        await SendAsync([.. Parse(Orders, "q"), .. Sync]);
        Answer(Error("42P05", "prepared statement \"q\" already exists", "ERROR"), ReadyForQuery());
        _bed.HideSalaries();

        await AssertDeniedAsync(Bind("", "q"));
    }

    [Fact]
    public async Task A27_UnnamedStatement_BehindADiscardedParse_IsStillTheFirst()
    {
        await PrepareAsync("", Salaries);
        _bed.HideSalaries();
        await SendAsync([.. Parse(Salaries, "x"), .. Parse(Orders), .. Sync]);
        Answer(Denial(), ReadyForQuery());

        await AssertDeniedAsync(Bind());
    }

    [Fact]
    public async Task A27_UnnamedStatements_OfALongBatch_AreEachItsOwn()
    {
        _bed.ChangePolicy(static _ => { });
        var batch = Enumerable.Range(0, 20).SelectMany(static i => (byte[])[.. Parse(Orders + " limit " + (char)('1' + (i % 9)) + new string('0', i)), .. Bind(), .. Execute()]);

        Assert.DoesNotContain("denied", await SendAsync([.. batch, .. Sync]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deallocate q")]
    [InlineData("deallocate all")]
    [InlineData("discard all")]
    public async Task A25_DeallocateThatIsOnlyPrepared_ForgetsNothing(string sql)
    {
        await PrepareAsync("q", Salaries);
        await PrepareAsync("", sql);
        await SendAsync([.. Parse(Orders, "q"), .. Sync]);
        Answer(Error("42P05", "exists", "ERROR"), ReadyForQuery());
        _bed.HideSalaries();

        await AssertDeniedAsync(Bind("", "q"));
    }

    [Theory]
    [InlineData("deallocate q")]
    [InlineData("deallocate all")]
    [InlineData("discard all")]
    public async Task A25_DeallocateThatFails_ForgetsNothing(string sql)
    {
        await PrepareAsync("q", Salaries);
        await SendAsync(Query(sql));
        Answer(Error("57014", "canceling statement due to user request", "ERROR"), ReadyForQuery());
        await SendAsync([.. Parse(Orders, "q"), .. Sync]);
        Answer(Error("42P05", "exists", "ERROR"), ReadyForQuery());
        _bed.HideSalaries();

        await AssertDeniedAsync(Bind("", "q"));
    }

    [Theory]
    [InlineData("deallocate q", "DEALLOCATE")]
    [InlineData("deallocate all", "DEALLOCATE ALL")]
    [InlineData("discard all", "DISCARD ALL")]
    public async Task DeallocateThatSucceeds_FreesTheName(string sql, string tag)
    {
        await PrepareAsync("q", Salaries);
        await SendAsync(Query(sql));
        Answer(CommandComplete(tag), ReadyForQuery());
        await PrepareAsync("q", Orders);
        _bed.HideSalaries();

        Assert.Equal("B(,q) S", await SendAsync([.. Bind("", "q"), .. Sync]));
    }

    [Fact]
    public async Task A25_DeallocateInAFailedTransaction_ForgetsNothing()
    {
        await PrepareAsync("q", Salaries);
        await SendAsync(Query("begin"));
        Answer(CommandComplete("BEGIN"), ReadyForQuery('E'));
        await SendAsync(Query("deallocate q"));
        Answer(Error("25P02", "aborted", "ERROR"), ReadyForQuery('E'));
        await SendAsync(Query("rollback"));
        Answer(CommandComplete("ROLLBACK"), ReadyForQuery());
        await SendAsync([.. Parse(Orders, "q"), .. Sync]);
        Answer(Error("42P05", "exists", "ERROR"), ReadyForQuery());
        _bed.HideSalaries();

        await AssertDeniedAsync(Bind("", "q"));
    }

    [Fact]
    public async Task A25_PrepareThatWasPrepared_MayComeBackAfterItsDeallocate()
    {
        await PrepareAsync("s", "prepare a as " + Salaries);
        await SendAsync(Query("deallocate a"));
        Answer(CommandComplete("DEALLOCATE"), ReadyForQuery());
        await SendAsync([.. Bind("", "s"), .. Execute(), .. Sync]);
        Answer(Message('2'), CommandComplete("PREPARE"), ReadyForQuery());
        await SendAsync(Query("prepare a as " + Orders));
        Answer(Error("42P05", "exists", "ERROR"), ReadyForQuery());
        _bed.HideSalaries();

        await AssertDeniedAsync(Query("execute a"));
    }

    [Theory]
    [InlineData("execute a; prepare b as select 1")]
    [InlineData("execute a; deallocate a; prepare a as select 1")]
    [InlineData("explain analyze execute a; deallocate a; prepare a as select 1")]
    public async Task A25_ExecuteBeforeThePrepareOfTheSameText_IsOfTheOldOne(string sql)
    {
        await SendAsync(Query("prepare a as " + Salaries));
        Answer(CommandComplete("PREPARE"), ReadyForQuery());
        Assert.StartsWith("Q(execute a", await SendAsync(Query("execute a")), StringComparison.Ordinal);
        Answer(CommandComplete("SELECT 1"), ReadyForQuery());
        _bed.HideSalaries();

        await AssertDeniedAsync(Query(sql));
    }

    [Fact]
    public async Task A25_NameOfAServerConnection_IsNotTakenByTryingTo()
    {
        using var bed = new GateBed();
        await StartAsync(bed, isMultiplexed: true);
        await SendAsync(Query("prepare pgoauth_17 as select 1"));
        Answer(Error("42P05", "prepared statement \"pgoauth_17\" already exists", "ERROR"), ReadyForQuery());

        await AssertDeniedAsync(Query("execute pgoauth_17"));
        await AssertDeniedAsync(Query("explain analyze execute \"pgoauth_17\""));
    }

    [Fact]
    public async Task D46_Portal_OfAnotherPolicy_IsOver_ButNotOneThatIsOpenedNow()
    {
        await PrepareAsync("q", Orders);
        await SendAsync(Query("begin"));
        Answer(CommandComplete("BEGIN"), ReadyForQuery('T'));
        await SendAsync([.. Bind("p", "q"), .. Execute("p", 1), .. Sync]);
        Answer(Message('2'), Message('s'), ReadyForQuery('T'));
        _bed.HideSalaries();

        Assert.StartsWith("E(pgoauth_denied_", await SendAsync([.. Execute("p", 1), .. Sync]), StringComparison.Ordinal);
        Answer(Denial(), ReadyForQuery('E'));

        // A pipeline: the old one is over, the new one is not, and is in the next batch when nobody can tell.
        Assert.Equal("B(p2,q) E(p2) S", await SendAsync([.. Bind("p2", "q"), .. Execute("p2"), .. Sync]));
        Assert.StartsWith("E(pgoauth_denied_", await SendAsync([.. Execute("p2"), .. Sync]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task D46_CursorWithHold_OutlivesItsPolicyNot_AndDiscardAllOnlyWhenItSucceeds()
    {
        await SendAsync(Query("declare c cursor with hold for " + Salaries));
        Answer(CommandComplete("DECLARE CURSOR"), ReadyForQuery());
        await SendAsync(Query("discard all"));
        Answer(Error("57014", "cancelled", "ERROR"), ReadyForQuery());
        _bed.HideSalaries();
        await AssertDeniedAsync(Query("fetch c"));
        await AssertDeniedAsync(Execute("c"));

        await SendAsync(Query("discard all"));
        Answer(CommandComplete("DISCARD ALL"), ReadyForQuery());
        await SendAsync(Query("begin"));
        Answer(CommandComplete("BEGIN"), ReadyForQuery('T'));
        Assert.Equal("Q(fetch c)", await SendAsync(Query("fetch c")));
    }

    [Fact]
    public async Task D20_PreparedStatement_IsNotBoundByAnOldCatalog()
    {
        await PrepareAsync("q", "select * from orders");
        Assert.Equal("B(,q) S", await SendAsync([.. Bind("", "q"), .. Sync]));
        Answer(Message('2'), ReadyForQuery());
        _bed.RenameNote("remark");
        _bed.Time.Advance(TimeSpan.FromMinutes(3));

        await AssertDeniedAsync(Bind("", "q"));
    }

    [Fact]
    public async Task D20_PreparedStatement_IsNotBoundByACatalogThatSomebodyHasJustChanged()
    {
        await PrepareAsync("q", "select * from orders");
        _bed.RenameNote("remark");
        _bed.Catalogs.Invalidate(CatalogTestBed.Key);

        await AssertDeniedAsync(Bind("", "q"));
    }

    [Fact]
    public async Task D20_DefinitionThatIsPreparedFirstAndRunLater_IsNoticedWhenItRuns()
    {
        using var bed = new GateBed(Options.GateMode.Enforce, "admin");
        await StartAsync(bed, isMultiplexed: false);
        await PrepareAsync("d", "alter table orders rename note to remark");
        await bed.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.False(bed.Gate.HasChangedDefinitions);

        await SendAsync([.. Bind("", "d"), .. Execute(), .. Sync]);
        Assert.True(bed.Gate.HasChangedDefinitions);
        var reads = bed.Reads;
        Answer(Message('2'), CommandComplete("ALTER TABLE"), ReadyForQuery());
        Assert.False(bed.Gate.HasChangedDefinitions);
        await bed.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(reads + 1, bed.Reads);
    }

    [Fact]
    public async Task Bind_InPieces_WhileAllIsSettledAgain_KeepsTheClientsNames()
    {
        using var bed = new GateBed(Options.GateMode.Enforce, "admin");
        await StartAsync(bed, isMultiplexed: false);
        await PrepareAsync("q", Orders);
        await SendAsync(Query("create table t (a int)"));
        var bind = Bind("", "q");
        Assert.Equal("", await SendAsync(bind[..6]));
        Answer(CommandComplete("CREATE TABLE"), ReadyForQuery());
        await bed.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal("B(,q)", await SendAsync(bind[6..]));
    }

    [Fact]
    public async Task UnknownName_WhileOthersChangeTheCatalogAllTheTime_IsLookedForOnce()
    {
        using var bed = new GateBed();
        await StartAsync(bed, isMultiplexed: false);
        bed.Reading = () =>
        {
            bed.RenameNote($"note{bed.Reads}");
            bed.Time.Advance(TimeSpan.FromSeconds(6));
        };
        bed.Time.Advance(TimeSpan.FromSeconds(6));

        await AssertDeniedAsync(Query("select nothing from orders"));
        await AssertDeniedAsync(Parse("select nothing from orders", "s"));
        Assert.InRange(bed.Reads, 2, 3);
    }

    [Fact]
    public async Task UnknownName_InATextThatNoCacheKeeps_IsLookedForOnce()
    {
        using var bed = new GateBed();
        await StartAsync(bed, isMultiplexed: false);
        var text = $"select nothing from orders -- {new string('x', StatementCache.LongestKept)}";

        await AssertDeniedAsync(Query(text));
        await AssertDeniedAsync(Parse(text, "s"));
    }

    [Fact]
    public async Task CatalogThatCannotBeRead_DeniesEverythingThatNamesSomething()
    {
        await PrepareAsync("q", Orders);
        _bed.Problem = "gone";
        _bed.Catalogs.Invalidate(CatalogTestBed.Key);

        await AssertDeniedAsync(Bind("", "q"));
        await AssertDeniedAsync(Query("select 1"));
        Assert.Contains("catalog cannot be read", Encoding.UTF8.GetString([.. _toClient]), StringComparison.Ordinal);
    }

    private async ValueTask StartAsync(GateBed bed, bool isMultiplexed)
    {
        await bed.OpenAsync(TestContext.Current.CancellationToken);
        _server = isMultiplexed ? new ServerConversation(new ReportedSettingsTable(), 200) : new ServerConversation();
        var conversation = new ClientConversation { Gate = new ClientGate(bed.Gate) };
        _client = new ClientStep(conversation, bed.Statements, isGuarded: true, isMultiplexed, 1 << 20, bed.Metrics);
        _client.Attach(_server);
        _answers = new ServerStep(_server, "service", allowSuperuser: false) { Client = conversation };
    }

    private async Task PrepareAsync(string name, string sql)
    {
        Assert.DoesNotContain("denied", await SendAsync([.. Parse(sql, name), .. Sync]), StringComparison.Ordinal);
        Answer(Message('1'), ReadyForQuery());
    }

    /// <summary>What goes to the server.</summary>
    private async Task<string> SendAsync(byte[] messages)
    {
        _toServer.Clear();
        _pending.AddRange(messages);
        var refreshes = 0;
        while (_pending.Count > 0)
        {
            var action = _client.Step(_pending.ToArray());
            Assert.Null(action.End);
            _toServer.AddRange(_pending[..action.Forward]);
            _toServer.AddRange(_client.Replacement.WrittenSpan);
            _client.Replacement.Clear();
            _pending.RemoveRange(0, action.Forward + action.Skip);
            if (action.Awaits is Awaited.Policy)
            {
                Assert.True(++refreshes < 10, "It asks again and again.");
                await _client.Gate!.RefreshAsync(TestContext.Current.CancellationToken);
            }
            else if (action.Forward + action.Skip == 0)
            {
                break;
            }
        }

        return SharedConnections.Describe(_toServer);
    }

    /// <summary>It does not reach the server; the batch ends, and the server is idle again.</summary>
    private async Task AssertDeniedAsync(byte[] message)
    {
        var isQuery = message[0] == (byte)'Q';
        Assert.Contains("pgoauth_denied_", await SendAsync(isQuery ? message : [.. message, .. Sync]), StringComparison.Ordinal);
        Answer(Denial(), ReadyForQuery());
    }

    /// <summary>The error that PostgreSQL makes of the denial that was sent last.</summary>
    private byte[] Denial()
    {
        var sent = Encoding.ASCII.GetString([.. _toServer]);
        var at = sent.LastIndexOf("pgoauth_denied_", StringComparison.Ordinal);
        return Error("42601", $"syntax error at or near \"{sent[at..sent.IndexOf('\0', at)]}\"", "ERROR");
    }

    private void Answer(params byte[][] messages)
    {
        _toClient.Clear();
        var driver = new StepDriver(_answers).Feed(messages.SelectMany(static message => message).ToArray());
        Assert.Equal(Sessions.SessionEndReason.None, driver.End);
        _toClient.AddRange(driver.Output);
    }
}
