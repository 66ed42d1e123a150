using PgOAuth.IntegrationTests.Clients;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>PAUSE before a real server: nothing of the pools is left on it.</summary>
public sealed class PoolPauseTests(ProxyFixture shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Pause_LeavesNoConnectionOnTheServer(int major)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, PoolMode.Transaction, Cancellation, size: 3, configure: static options => options.Pool.MinSize = 2);
        await using var idle = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var busy = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await busy.AskAsync("begin", Cancellation);
        await busy.AskAsync("set work_mem = '1MB'", Cancellation);
        await Eventually.TrueAsync(() => proxy.Proxy.GetServers().Count >= 2, () => proxy.Log.AllText);
        var pausing = proxy.Proxy.PauseAsync(proxy.Database, Cancellation);

        // What comes back in the pause is closed as what was idle before.
        await Backends.WaitUntilGoneAsync(proxy, Cancellation, except: 1);
        Assert.False(pausing.IsCompleted);
        await busy.AskAsync("commit", Cancellation);
        await pausing;

        Assert.Empty(proxy.Proxy.GetServers());
        await Backends.WaitUntilGoneAsync(proxy, Cancellation);
        await idle.SendAsync(RawClient.Query("select 'resumed'"), Cancellation);
        await Eventually.TrueAsync(() => proxy.Proxy.GetPools().Single().ClientsWaiting == 1, () => proxy.Log.AllText);
        Assert.Equal(0, Assert.Single(proxy.Proxy.Pools.Groups).Open);
        Assert.True(proxy.Proxy.Resume(proxy.Database));
        Assert.Equal("resumed", await idle.ReadValueAsync(Cancellation));
    }

    [Fact]
    public async Task Pause_LetsTheServerBeRestarted_AndNobodyNotices()
    {
        await using var server = await ProxyFixture.StartServerAsync(18);
        await using var proxy = await PooledProxies.StartAsync(shared, 18, PoolMode.Transaction, Cancellation, size: 3, host: new ProxyHostOptions { Server = server });
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        var before = await client.AskAsync("select pg_postmaster_start_time()", Cancellation);

        await proxy.Proxy.PauseAsync(cancellationToken: Cancellation);
        await server.StopAsync(immediate: false, Cancellation);
        await client.SendAsync(RawClient.Query("select pg_postmaster_start_time()"), Cancellation);
        await server.RestartAsync(Cancellation);
        Assert.True(proxy.Proxy.Resume());

        Assert.NotEqual(before, await client.ReadValueAsync(Cancellation));
        Assert.DoesNotContain(proxy.Log.Lines, static line => line.EventId.Id == Diagnostics.PgOAuthEventIds.PoolConnectionFailed);
    }
}
