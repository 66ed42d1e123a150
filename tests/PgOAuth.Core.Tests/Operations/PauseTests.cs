using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Operations;

public sealed class PauseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gate_HoldsBackWhatIsPaused_AndNothingElse()
    {
        var gate = new PauseGate();
        await gate.WaitAsync("shop", Cancellation);
        gate.Pause("shop");
        gate.Pause(null);
        var shop = gate.WaitAsync("shop", Cancellation).AsTask();
        var store = gate.WaitAsync("store", Cancellation).AsTask();

        Assert.False(gate.Resume("store"));
        Assert.True(gate.Resume("shop"));
        Assert.True(gate.IsPaused("shop"));
        Assert.False(shop.IsCompleted || store.IsCompleted);

        Assert.True(gate.Resume(null));
        await Task.WhenAll(shop, store).WaitAsync(Cancellation);
        Assert.False(gate.IsPaused("shop") || gate.Resume(null));
    }

    [Fact]
    public async Task Gate_WhoeverGivesUp_LeavesIt()
    {
        var gate = new PauseGate();
        gate.Pause("shop");
        using var patience = new CancellationTokenSource();
        var waiting = gate.WaitAsync("shop", patience.Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(gate.IsPaused("shop"));
    }

    [Fact]
    public async Task Pause_ThatIsGivenUp_IsOver()
    {
        using var log = new LogRecorder();
        var engine = new BusyEngine();
        var control = NewControl(engine, log);
        using var patience = new CancellationTokenSource();
        var pausing = control.PauseAsync("shop", "test", patience.Token);
        Assert.True(control.Gate.IsPaused("shop"));

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pausing);
        Assert.False(control.Gate.IsPaused("shop"));
        Assert.Equal(["shop"], engine.Resumed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("shop")]
    public async Task Pause_ThatIsGivenUp_LeavesOtherPausesAlone(string? database)
    {
        using var log = new LogRecorder();
        var control = NewControl(new BusyEngine(), log);
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var lasting = control.PauseAsync("shop", "one", first.Token);

        var pausing = control.PauseAsync(database, "another", second.Token);
        await second.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pausing);
        Assert.True(control.Gate.IsPaused("shop"));
        Assert.False(control.Gate.IsPaused("stock"));
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lasting);
        Assert.False(control.Gate.IsAnyPaused);
    }

    private static ProxyControl NewControl(IRelayEngine engine, LogRecorder log) => new(engine, log.CreateLogger("operations"))
    {
        Door = static () => null,
        Options = static () => new PgOAuthProxyOptions(),
        Reload = static _ => Task.FromResult(ReloadOutcome.Refused([])),
        Shutdown = static (_, _) => Task.CompletedTask,
    };

    /// <summary>An engine whose server connections never come back.</summary>
    private sealed class BusyEngine : IRelayEngine
    {
        internal List<string?> Resumed { get; } = [];

        public void CollectPools(List<PoolStatus> pools)
        {
        }

        public void CollectServers(List<ServerStatus> servers)
        {
        }

        public void CollectClients(List<ClientStatus> clients)
        {
        }

        public async ValueTask PauseAsync(string? database, CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);

        public void Resume(string? database) => Resumed.Add(database);

        public void Reconnect(string? database)
        {
        }

        public bool Kill(long sessionId) => false;

        public int KillDatabase(string database) => 0;

        public void Reload(ProxySnapshot snapshot)
        {
        }
    }
}
