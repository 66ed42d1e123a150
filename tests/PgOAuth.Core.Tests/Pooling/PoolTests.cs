using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Pooling;

/// <summary>Pools before a server that does what no real one can be made to do.</summary>
public sealed class PoolTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B16_ConnectionWhoseResetFails_IsNobodys(bool isCut)
    {
        await using var bed = await StartAsync(PoolMode.Session);
        bed.Server.OnQuery = sql => sql != "DISCARD ALL" ? null
            : isCut ? BackendMessages.Error("57P01", "terminating connection")
            : [.. BackendMessages.Error("55000", "not now", "ERROR"), .. BackendMessages.ReadyForQuery()];
        await using (var first = await LogInAsync(bed))
        {
            await AskAsync(first, "select 1");
            await first.SendAsync(FrontendMessages.Terminate);
        }

        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 0, () => bed.Log.AllText);
        await using var next = await LogInAsync(bed);
        await AskAsync(next, "select 2");

        Assert.Equal(2, bed.UpstreamConnections);
    }

    [Fact]
    public async Task B19_WrongPassword_IsSaidAtOnce_AndNotTriedByEveryClient()
    {
        await using var bed = await StartAsync(PoolMode.Transaction);
        bed.Server.OnLogin = static () => BackendMessages.Error("28P01", "password authentication failed");
        for (var i = 0; i < 10; i++)
        {
            await using var client = await bed.ConnectAsync();
            await client.SendAsync(LoginMessages.GoodStartup);
            await client.ExpectAuthenticationAsync(3);
            await client.SendAsync(LoginMessages.Password("good"));
            Assert.Equal("08006", (await client.ExpectFatalAsync()).SqlState);
        }

        Assert.InRange(bed.UpstreamConnections, 1, 5);
        Assert.Equal(0, Assert.Single(bed.Proxy.Pools.Groups).Open);
    }

    [Theory]
    [InlineData("53300")]
    [InlineData("57P03")]
    public async Task E02_ServerThatIsNotReady_IsWaitedFor(string sqlState)
    {
        await using var bed = await StartAsync(PoolMode.Transaction, static options => options.Pool.ServerLifetime = TimeSpan.FromMilliseconds(1));
        await using var client = await LogInAsync(bed);
        var refused = 0;
        bed.Server.OnLogin = () => Interlocked.Increment(ref refused) <= 2 ? BackendMessages.Error(sqlState, "not yet") : null;
        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 0);

        await AskAsync(client, "select 1");

        Assert.True(refused >= 3);
    }

    [Fact]
    public async Task Wait_IsNoticed_AndEndsWith53300()
    {
        await using var bed = await StartAsync(PoolMode.Transaction, static options =>
        {
            options.Pool.WaitNotice = TimeSpan.FromMilliseconds(100);
            options.Pool.WaitTimeout = TimeSpan.FromSeconds(1);
        });
        await using var busy = await LogInAsync(bed);
        await using var waiting = await LogInAsync(bed);
        await busy.SendAsync(FrontendMessages.Query("select pg_sleep(1)"));
        await Eventually.TrueAsync(() => bed.Server.SleepingQueries == 1);

        await waiting.SendAsync(FrontendMessages.Query("select 1"));

        await waiting.ExpectAsync('N');
        Assert.Equal("53300", (await waiting.ExpectFatalAsync()).SqlState);
        Assert.Equal(1, bed.UpstreamConnections);
    }

    [Fact]
    public async Task Wait_OfAClientThatIsKilled_LeavesTheQueue()
    {
        await using var bed = await StartAsync(PoolMode.Transaction);
        await using var busy = await LogInAsync(bed);
        await using var waiting = await LogInAsync(bed);
        await busy.SendAsync(FrontendMessages.Query("select pg_sleep(1)"));
        await Eventually.TrueAsync(() => bed.Server.SleepingQueries == 1);
        await waiting.SendAsync(FrontendMessages.Query("select 1"));
        await Eventually.TrueAsync(() => bed.Proxy.GetClients().Any(static client => client.State == ClientState.Waiting));

        Assert.True(bed.Proxy.Kill(bed.Proxy.GetClients().Single(static client => client.State == ClientState.Waiting).SessionId));

        Assert.Equal("57P01", (await waiting.ExpectFatalAsync()).SqlState);
        Assert.Equal(0, Assert.Single(bed.Proxy.GetPools()).ClientsWaiting);
    }

    [Fact]
    public async Task Reconnect_ClosesWhatIsIdle_AndWhatIsInUseAfterwards()
    {
        await using var bed = await StartAsync(PoolMode.Transaction, static options => options.Pool.Size = 2);
        await using var client = await LogInAsync(bed);
        await AskAsync(client, "select 1");

        bed.Proxy.Reconnect();
        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 0);
        await AskAsync(client, "select 1");

        Assert.Equal(2, bed.UpstreamConnections);
    }

    [Fact]
    public async Task MinSize_IsKeptOpen_AndGrowsAgain()
    {
        await using var bed = await StartAsync(PoolMode.Transaction, static options =>
        {
            options.Pool.Size = 5;
            options.Pool.MinSize = 3;
        });
        await using var client = await LogInAsync(bed);

        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 3);
        bed.Proxy.Reconnect();
        await Eventually.TrueAsync(() => bed.UpstreamConnections == 6 && bed.Proxy.GetServers().Count == 3, () => $"{bed.UpstreamConnections} connections were made, {bed.Proxy.GetServers().Count} are there");
    }

    private static async Task<ProxyTestBed> StartAsync(PoolMode mode, Action<PgOAuthProxyOptions>? configure = null) => await ProxyTestBed.StartAsync(
        options =>
        {
            options.Pool.Mode = mode;
            options.Pool.Size = 1;
            options.Upstream.HandOnClaims = false;
            configure?.Invoke(options);
        },
        plaintext: true);

    private static async Task<RawClient> LogInAsync(ProxyTestBed bed)
    {
        var client = await bed.ConnectAsync();
        await client.LogInAsync("good");
        return client;
    }

    private static async Task AskAsync(RawClient client, string sql)
    {
        await client.SendAsync(FrontendMessages.Query(sql));
        await client.ReadUntilReadyAsync();
    }
}
