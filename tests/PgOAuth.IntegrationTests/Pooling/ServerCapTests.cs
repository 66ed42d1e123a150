using System.Globalization;
using PgOAuth.IntegrationTests.Clients;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using PgOAuth.Pooling;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>The cap on open connections over all pools, before a real server.</summary>
public sealed class ServerCapTests(ProxyFixture shared)
{
    private const int Cap = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task Cap_HoldsOverManyStartupSettings(int major, PoolMode mode)
    {
        const int Pools = 8;
        await using var proxy = await StartAsync(major, mode);

        await Task.WhenAll(Enumerable.Range(0, 2 * Pools).Select(async n =>
        {
            for (var round = 0; round < 4; round++)
            {
                await using var client = await LogInAsync(proxy, n % Pools);
                for (var i = 0; i < 5; i++)
                {
                    // Each has the setting that it began with, so the connection of its own pool.
                    Assert.Equal(Setting(n % Pools), await client.AskAsync("show work_mem", Cancellation));
                }

                await client.SendAsync(RawClient.Message('X'), Cancellation);
            }
        }));

        await Eventually.TrueAsync(() => proxy.Proxy.ActiveSessions == 0 && proxy.Proxy.GetServers().Count == CapOf(proxy).Open, () => proxy.Log.AllText);
        Assert.Equal(Pools, proxy.Proxy.Pools.Groups.Count());
        Assert.InRange(CapOf(proxy).Open, 1, Cap);
        await Backends.WaitUntilGoneAsync(proxy, Cancellation, except: Cap);
        proxy.Proxy.Reconnect();
        await Eventually.TrueAsync(() => CapOf(proxy).Open == 0, () => proxy.Log.AllText);
        await Backends.WaitUntilGoneAsync(proxy, Cancellation);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task Cap_EvictsTheIdle_AndServesWhoWaitsFromAnotherPoolsRelease(int major)
    {
        await using var proxy = await StartAsync(major, PoolMode.Transaction);
        await using var waiting = await LogInAsync(proxy, 0);
        await waiting.AskAsync("select 1", Cancellation);
        var busy = new List<RawClient>();
        for (var pool = 1; pool <= Cap; pool++)
        {
            busy.Add(await LogInAsync(proxy, pool));
            await busy[^1].AskAsync("begin", Cancellation);
        }

        // The last of them has the place of the connection that was idle.
        Assert.Equal(0, Assert.Single(proxy.Proxy.Pools.Groups, static group => group.Key.Settings.Contains(Setting(0), StringComparison.Ordinal)).Open);
        await Backends.WaitUntilGoneAsync(proxy, Cancellation, except: Cap);
        await waiting.SendAsync(RawClient.Query("show work_mem"), Cancellation);
        await Eventually.TrueAsync(() => CapOf(proxy).IsWanted, () => proxy.Log.AllText);

        await busy[1].AskAsync("commit", Cancellation);

        Assert.Equal(Setting(0), await waiting.ReadValueAsync(Cancellation));
        Assert.Equal(Cap, CapOf(proxy).Open);
        foreach (var client in busy)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Cap_ConnectionsThatTheServerEnds_GiveTheirPlacesBack()
    {
        await using var proxy = await StartAsync(18, PoolMode.Transaction);
        await using var first = await LogInAsync(proxy, 1);
        await first.AskAsync("select 1", Cancellation);
        await using var second = await LogInAsync(proxy, 2);
        await Assert.ThrowsAnyAsync<Exception>(() => second.AskAsync("select pg_terminate_backend(pg_backend_pid())", Cancellation));
        await ProxyFixture.ExecuteAsync(
            proxy.Server, proxy.Database, $"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{TestRoles.Service}' and datname = current_database()", Cancellation);

        await Eventually.TrueAsync(() => CapOf(proxy).Open == 0, () => proxy.Log.AllText);
        Assert.Equal(Setting(1), await first.AskAsync("show work_mem", Cancellation));
    }

    private Task<ProxyHost> StartAsync(int major, PoolMode mode) => PooledProxies.StartAsync(shared, major, mode, Cancellation, size: 2, configure: static options =>
    {
        options.Pool.MaxServerConnections = Cap;
        options.Upstream.AllowedStartupParameters.Add("work_mem");
    });

    private static ServerCap CapOf(ProxyHost proxy) => proxy.Proxy.Pools.Groups.First().Cap!;

    private static string Setting(int pool) => string.Create(CultureInfo.InvariantCulture, $"{pool + 10}MB");

    private static Task<RawClient> LogInAsync(ProxyHost proxy, int pool) =>
        RawClient.LogInAsync(proxy, Cancellation, PooledProxies.TokenOf(proxy, "anna"), settings: ["work_mem", Setting(pool)]);
}
