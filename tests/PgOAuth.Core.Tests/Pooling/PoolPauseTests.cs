using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;
using PgOAuth.Transport;
using Xunit;

namespace PgOAuth.Pooling;

/// <summary>PAUSE closes what nobody uses, and nothing is opened until RESUME.</summary>
public sealed class PoolPauseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("shop")]
    public async Task Pause_ClosesWhatIsIdle_AndWarmsNothingUp(string? database)
    {
        await using var bed = await StartAsync(static options => options.Pool.MinSize = 2);
        await using var client = await LogInAsync(bed, "shop");
        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 2);

        await bed.Proxy.PauseAsync(database, Cancellation);

        var group = Assert.Single(bed.Proxy.Pools.Groups);
        Assert.Equal(0, group.Open);
        Assert.Empty(bed.Proxy.GetServers());
        foreach (var pool in group.Pools)
        {
            await pool.Loop.NextTurn();
            pool.Sweep();
            await EventLoop.Leave();
        }

        Assert.Equal(0, group.Open);
        await client.SendAsync(FrontendMessages.Query("select 1"));
        await Eventually.TrueAsync(() => bed.Proxy.GetPools().Single().ClientsWaiting == 1);
        Assert.Equal(0, group.Open);
        Assert.True(bed.Proxy.Resume(database));
        await client.ReadUntilReadyAsync();
        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 2);
    }

    [Fact]
    public async Task Pause_WaitsForWhatIsBeingOpened_AndClosesIt()
    {
        await using var bed = await StartAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bed.Server.OnStartup = () =>
        {
            reached.TrySetResult();
            return answer.Task;
        };
        await using var client = await PresentAsync(bed, "shop");
        await reached.Task.WaitAsync(Cancellation);
        var pausing = bed.Proxy.PauseAsync(cancellationToken: Cancellation);
        Assert.Equal(1, Assert.Single(bed.Proxy.Pools.Groups).Open);
        Assert.False(pausing.IsCompleted);

        answer.SetResult();
        await pausing;

        Assert.Equal(0, Assert.Single(bed.Proxy.Pools.Groups).Open);
        Assert.True(bed.Proxy.Resume());
        await client.ReadUntilReadyAsync();
    }

    [Fact]
    public async Task Pause_OfOneName_LeavesThePoolToTheOthers()
    {
        await using var bed = await StartAsync(static options =>
            options.Upstream.Routes.Add(new RouteOptions { Server = "main", UpstreamDatabase = "shop" }));
        await using var shop = await LogInAsync(bed, "shop");
        await using var store = await LogInAsync(bed, "store");
        Assert.Single(bed.Proxy.Pools.Groups);

        await bed.Proxy.PauseAsync("shop", Cancellation);

        Assert.Empty(bed.Proxy.GetServers());
        await store.SendAsync(FrontendMessages.Query("select 1"));
        await store.ReadUntilReadyAsync();
        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 0);

        // What a third name brings in does not count as paused either, however many names there are.
        for (var i = 0; i < 40; i++)
        {
            await using var other = await LogInAsync(bed, $"other{i}");
        }

        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(i < 30, Assert.Single(bed.Proxy.Pools.Groups).IsUsedAs($"other{i}"));
        }
    }

    private static async Task<ProxyTestBed> StartAsync(Action<PgOAuthProxyOptions>? configure = null) => await ProxyTestBed.StartAsync(
        options =>
        {
            options.Pool.Mode = PoolMode.Transaction;
            options.Upstream.HandOnClaims = false;
            configure?.Invoke(options);
        },
        plaintext: true);

    private static async Task<RawClient> PresentAsync(ProxyTestBed bed, string database)
    {
        var client = await bed.ConnectAsync();
        await client.SendAsync(LoginMessages.StartupMessage(LoginMessages.Version30, "user", "app", "database", database));
        await client.ExpectAuthenticationAsync(3);
        await client.SendAsync(LoginMessages.Password("good"));
        return client;
    }

    private static async Task<RawClient> LogInAsync(ProxyTestBed bed, string database)
    {
        var client = await PresentAsync(bed, database);
        await client.ReadUntilReadyAsync();
        return client;
    }
}
