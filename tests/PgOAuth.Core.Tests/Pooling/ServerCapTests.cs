using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using PgOAuth.Transport;
using Xunit;

namespace PgOAuth.Pooling;

/// <summary>The cap on open connections over all pools of a server. A pool is made here by the startup setting that its clients choose.</summary>
public sealed class ServerCapTests
{
    [Fact]
    public async Task Cap_ClosesWhatIsIdleLongest_ForAnotherPool()
    {
        await using var bed = await StartAsync(cap: 2);
        await using var first = await LogInAsync(bed, 1);
        await using var second = await LogInAsync(bed, 2);
        await AskAsync(first);

        await using var third = await LogInAsync(bed, 3);
        await AskAsync(third);

        // The second pool's had been idle longest.
        Assert.Equal(["work_mem=1", "work_mem=3"], Open(bed));
        Assert.Equal(2, CapOf(bed).Open);
        Assert.Equal(3, bed.UpstreamConnections);
    }

    [Fact]
    public async Task Cap_WaiterIsServed_FromAnotherPoolsRelease()
    {
        await using var bed = await StartAsync(cap: 1);
        bed.Server.OnQuery = static sql => sql == "begin" ? [.. BackendMessages.CommandComplete("BEGIN"), .. BackendMessages.ReadyForQuery('T')] : null;
        await using var waiting = await LogInAsync(bed, 2);
        await using var busy = await LogInAsync(bed, 1);
        await AskAsync(busy, "begin");
        await waiting.SendAsync(FrontendMessages.Query("select 1"));
        await Eventually.TrueAsync(() => CapOf(bed).IsWanted);
        Assert.Equal(["work_mem=1"], Open(bed));

        await AskAsync(busy, "commit");

        await waiting.ReadUntilReadyAsync();
        Assert.Equal(["work_mem=2"], Open(bed));
    }

    [Fact]
    public async Task Cap_ConnectionThatIsBeingOpened_Counts_AndItsPlaceComesBackWhenItFails()
    {
        await using var bed = await StartAsync(cap: 1);
        await using var held = await LogInAsync(bed, 1);
        bed.Proxy.Reconnect();
        await Eventually.TrueAsync(() => CapOf(bed).Open == 0);
        var refuse = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var logins = 0;
        bed.Server.OnStartup = () => Interlocked.Increment(ref logins) == 1 ? refuse.Task : Task.CompletedTask;
        bed.Server.OnLogin = () => Volatile.Read(ref logins) == 1 ? BackendMessages.Error("28P01", "no") : null;
        await using var failing = await PresentAsync(bed, 2);
        await Eventually.TrueAsync(() => Volatile.Read(ref logins) == 1);
        await held.SendAsync(FrontendMessages.Query("select 1"));
        await Eventually.TrueAsync(() => CapOf(bed).IsWanted);
        Assert.Equal(1, CapOf(bed).Open);

        refuse.SetResult();

        Assert.Equal("08006", (await failing.ExpectFatalAsync()).SqlState);
        await held.ReadUntilReadyAsync();
        Assert.Equal(["work_mem=1"], Open(bed));
    }

    [Fact]
    public async Task MinSize_TakesOnlyPlacesThatAreFree()
    {
        await using var bed = await StartAsync(cap: 2, static options => options.Pool.MinSize = 2);
        await using var first = await LogInAsync(bed, 1);
        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 2);
        await using var second = await LogInAsync(bed, 2);
        await AskAsync(first);
        await AskAsync(second);
        await Task.WhenAll(bed.Proxy.Pools.Groups.SelectMany(static group => group.Pools).Select(SweepAsync));

        Assert.Equal(["work_mem=1", "work_mem=2"], Open(bed));
        Assert.Equal(3, bed.UpstreamConnections);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Cap_HoldsWhateverHappens_AndComesBackToZero(int cap)
    {
        const int Pools = 7;
        var open = 0;
        var tooMany = new ConcurrentQueue<string>();
        var isCounted = new AsyncLocal<StrongBox<bool>?>();
        var honest = new HonestServer
        {
            OnLogin = static () => Random.Shared.Next(8) == 0 ? BackendMessages.Error("57P03", "not now") : null,
            OnStartup = async () =>
            {
                // Cancel requests do not come here. A connection that the proxy has closed ends as soon as its bytes are read; one that it has not never does.
                isCounted.Value!.Value = true;
                Interlocked.Increment(ref open);
                await Eventually.TrueAsync(() => Volatile.Read(ref open) <= cap, () => $"{Volatile.Read(ref open)} are open.");
            },
        };
        await using var bed = await StartAsync(cap, static options => options.Pool.RetryDelay = TimeSpan.FromMilliseconds(1), async backend =>
        {
            var counted = isCounted.Value = new StrongBox<bool>();
            try
            {
                await honest.RunAsync(backend);
            }
            catch (TimeoutException error)
            {
                tooMany.Enqueue(error.Message);
            }
            finally
            {
                Interlocked.Add(ref open, counted.Value ? -1 : 0);
            }
        });
        var seed = Random.Shared.Next();
        await Task.WhenAll(Enumerable.Range(0, 3 * Pools).Select(async n =>
        {
            var random = new Random(seed + n);
            for (var round = 0; round < 6; round++)
            {
                await using var client = await PresentAsync(bed, n % Pools);
                if (!await IsLetInAsync(client))
                {
                    // The server had refused, and the pool had no connection.
                    continue;
                }

                for (var i = random.Next(6); i > 0; i--)
                {
                    await AskAsync(client);
                }

                await client.SendAsync(random.Next(3) == 0 ? FrontendMessages.Query("select 1") : FrontendMessages.Terminate);
                if (random.Next(4) == 0)
                {
                    bed.Proxy.Reconnect();
                }
            }
        })).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        await bed.SettleAsync();
        Assert.Empty(tooMany);
        Assert.False(CapOf(bed).IsWanted, $"seed {seed}");
        await Eventually.TrueAsync(() => CapOf(bed).Open == bed.Proxy.GetServers().Count, () => $"seed {seed}: {CapOf(bed).Open} counted.");
        bed.Proxy.Reconnect();
        await Eventually.TrueAsync(() => CapOf(bed).Open == 0, () => $"seed {seed}: {CapOf(bed).Open} counted.");
    }

    private static ServerCap CapOf(ProxyTestBed bed) => bed.Proxy.Pools.Groups.First().Cap!;

    private static string[] Open(ProxyTestBed bed) =>
        [.. bed.Proxy.Pools.Groups.Where(static group => group.Open > 0).Select(static group => group.Key.Settings.Replace('\n', '=').TrimEnd('\0')).Order(StringComparer.Ordinal)];

    private static async Task SweepAsync(ServerPool pool)
    {
        await pool.Loop.NextTurn();
        pool.Sweep();
        await EventLoop.Leave();
    }

    private static async Task<ProxyTestBed> StartAsync(int cap, Action<PgOAuthProxyOptions>? configure = null, Func<ScriptedBackend, Task>? script = null) => await ProxyTestBed.StartAsync(
        options =>
        {
            options.Pool.Mode = PoolMode.Transaction;
            options.Pool.Size = 5;
            options.Pool.MaxServerConnections = cap;
            options.Upstream.HandOnClaims = false;
            options.Upstream.AllowedStartupParameters.Add("work_mem");
            configure?.Invoke(options);
        },
        plaintext: true,
        script: script);

    /// <summary>A client of this pool that has shown its token.</summary>
    private static async Task<RawClient> PresentAsync(ProxyTestBed bed, int pool)
    {
        var client = await bed.ConnectAsync();
        await client.SendAsync(LoginMessages.StartupMessage(
            LoginMessages.Version30, "user", "app", "database", "shop", "work_mem", pool.ToString(CultureInfo.InvariantCulture)));
        await client.ExpectAuthenticationAsync(3);
        await client.SendAsync(LoginMessages.Password("good"));
        return client;
    }

    private static async Task<RawClient> LogInAsync(ProxyTestBed bed, int pool)
    {
        var client = await PresentAsync(bed, pool);
        await client.ReadUntilReadyAsync();
        return client;
    }

    private static async Task<bool> IsLetInAsync(RawClient client)
    {
        while (true)
        {
            switch ((await client.ReadMessageAsync())?.Type)
            {
                case 'Z':
                    return true;
                case 'E':
                    return false;
                case null:
                    throw new EndOfStreamException();
            }
        }
    }

    private static async Task AskAsync(RawClient client, string sql = "select 1")
    {
        await client.SendAsync(FrontendMessages.Query(sql));
        await client.ReadUntilReadyAsync();
    }
}
