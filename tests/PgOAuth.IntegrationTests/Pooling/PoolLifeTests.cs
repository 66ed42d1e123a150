using System.Globalization;
using PgOAuth.IntegrationTests.Clients;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>How pools fill, wait, break and recover before a real server.</summary>
public sealed class PoolLifeTests(ProxyFixture shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task B15_ConnectionThatDiedWhileIdle_IsNotGivenOut(int major, PoolMode mode)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, mode, Cancellation, size: 3);
        for (var round = 0; round < 5; round++)
        {
            await using (var first = await PooledProxies.LogInAsync(proxy, "anna", Cancellation))
            {
                await first.AskAsync("select 1", Cancellation);
                await first.SendAsync(RawClient.Message('X'), Cancellation);
            }

            await Eventually.TrueAsync(() => proxy.Proxy.GetServers() is { Count: > 0 } servers && servers.All(static server => server.State == ServerState.Idle), () => Describe(proxy));
            await ProxyFixture.ExecuteAsync(
                proxy.Server, proxy.Database, $"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{TestRoles.Service}' and datname = current_database()", Cancellation);
            await Eventually.TrueAsync(() => proxy.Proxy.GetServers().Count == 0, () => Describe(proxy));

            await using var next = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
            Assert.Equal("2", await next.AskAsync("select 2", Cancellation));
            await next.SendAsync(RawClient.Message('X'), Cancellation);
        }
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task B18_PoolSize_HoldsForManyClientsOnAllLoops(int major)
    {
        const int Clients = 50;
        const int Size = 4;
        await using var proxy = await PooledProxies.StartAsync(shared, major, PoolMode.Transaction, Cancellation, size: Size);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var most = 0;
        var watch = Task.Run(async () =>
        {
            while (!watching.IsCancellationRequested)
            {
                most = Math.Max(most, proxy.Proxy.GetServers().Count);
                await Task.Delay(5, CancellationToken.None);
            }
        }, Cancellation);

        // Nobody starves, on whatever loop: each comes to its end.
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async n =>
        {
            await using var client = await PooledProxies.LogInAsync(proxy, string.Create(CultureInfo.InvariantCulture, $"person{n % 5}"), Cancellation);
            for (var i = 0; i < 20; i++)
            {
                var nonce = string.Create(CultureInfo.InvariantCulture, $"{n}/{i}");
                Assert.Equal(nonce, await client.AskAsync($"select '{nonce}'", Cancellation));
            }

            await client.SendAsync(RawClient.Message('X'), Cancellation);
        }));

        await watching.CancelAsync();
        await watch;
        Assert.InRange(most, 1, Size);
        await Eventually.TrueAsync(() => proxy.Proxy.GetPools() is [{ ClientsActive: 0, ClientsWaiting: 0, ServersActive: 0, ServersUsed: 0, ServersLogin: 0 }], () => Describe(proxy));
        var statistics = Assert.Single(proxy.Proxy.GetStatistics());
        Assert.Equal(Clients * 20, statistics.Queries);
        Assert.Equal(Clients * 20, statistics.Assignments);
    }

    [Theory]
    [InlineData(TransportKind.Auto, PoolMode.None)]
    [InlineData(TransportKind.Auto, PoolMode.Transaction)]
    [InlineData(TransportKind.Socket, PoolMode.Transaction)]
    public async Task Statistics_HoldWhatQueriesAndTransactionsTook(TransportKind transport, PoolMode mode)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, 18, mode, Cancellation, configure: options => options.Transport.Kind = transport);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await client.AskAsync("select pg_sleep(0.2)", Cancellation);
        await client.AskAsync("begin", Cancellation);
        await client.AskAsync("select pg_sleep(0.1)", Cancellation);

        // No query runs meanwhile, but the transaction does.
        await Task.Delay(TimeSpan.FromSeconds(0.1), Cancellation);
        await client.AskAsync("commit", Cancellation);

        var statistics = Assert.Single(proxy.Proxy.GetStatistics());
        Assert.Equal((4, 2), (statistics.Queries, statistics.Transactions));
        Assert.InRange(statistics.QueryTime, TimeSpan.FromSeconds(0.29), statistics.TransactionTime - TimeSpan.FromSeconds(0.05));
    }

    [Fact]
    public async Task B18_Caps_LeaveRoomForOthers()
    {
        await using var proxy = await PooledProxies.StartAsync(shared, 18, PoolMode.Transaction, Cancellation, size: 4, configure: static options =>
        {
            options.Pool.TenantClaim = "tenant";
            options.Pool.MaxPerTenant = 2;
            options.Pool.MaxPerPrincipal = 1;
        });
        await using var anna = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var again = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var berta = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await using var clara = await PooledProxies.LogInAsync(proxy, "clara", Cancellation);
        await using var other = await PooledProxies.LogInAsync(proxy, "dora", Cancellation, "other");
        await anna.AskAsync("begin", Cancellation);
        await again.SendAsync(RawClient.Query("select 'again'"), Cancellation);
        await Eventually.TrueAsync(() => Waiting(proxy) == 1, () => Describe(proxy));
        await berta.AskAsync("begin", Cancellation);
        await clara.SendAsync(RawClient.Query("select 'clara'"), Cancellation);
        await Eventually.TrueAsync(() => Waiting(proxy) == 2, () => Describe(proxy));
        Assert.Equal("other", await other.AskAsync("select 'other'", Cancellation));

        await berta.AskAsync("commit", Cancellation);
        Assert.Equal("clara", await clara.ReadValueAsync(Cancellation));
        Assert.Equal(1, Waiting(proxy));
        await anna.AskAsync("commit", Cancellation);
        Assert.Equal("again", await again.ReadValueAsync(Cancellation));
        await Eventually.TrueAsync(() => proxy.Proxy.Pools.Budget.Count == 0, () => Describe(proxy));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task E01_ServerThatRestarts_IsFoundAgain(bool immediate)
    {
        await using var server = await ProxyFixture.StartServerAsync(18);
        await using var proxy = await PooledProxies.StartAsync(shared, 18, PoolMode.Transaction, Cancellation, size: 3, host: new ProxyHostOptions { Server = server });
        await using var idle = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var busy = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await idle.AskAsync("select 1", Cancellation);
        await busy.AskAsync("begin", Cancellation);

        await server.StopAsync(immediate, Cancellation);
        await idle.SendAsync(RawClient.Query("select 'alive'"), Cancellation);
        await Eventually.TrueAsync(() => Waiting(proxy) == 1, () => Describe(proxy));
        await server.RestartAsync(Cancellation);

        // The session that had no server connection never learns of it; the other one was in a transaction.
        Assert.Equal("alive", await idle.ReadValueAsync(Cancellation));
        await Assert.ThrowsAnyAsync<Exception>(() => busy.AskAsync("select 1", Cancellation));
        await Eventually.TrueAsync(() => proxy.Proxy.GetServers() is [{ State: ServerState.Idle }], () => Describe(proxy));
    }

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task E27_TransactionLeftIdle_IsEndedForThoseWhoWait(int major, PoolMode mode)
    {
        await using var proxy = await PooledProxies.StartAsync(
            shared, major, mode, Cancellation, configure: static options => options.Pool.IdleTransactionTimeout = TimeSpan.FromMilliseconds(500));
        await using var lazy = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var fresh = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await lazy.AskAsync("begin", Cancellation);
        Assert.Equal("22012", await lazy.RefusalAsync("select 1/0", Cancellation));

        Assert.Equal("served", await fresh.AskAsync("select 'served' from pg_sleep(1)", Cancellation));
        Assert.Equal("25P03", await lazy.RefusalAsync("rollback", Cancellation));
    }

    [Fact]
    public async Task Pause_WaitsForTransactionsAndHoldsOthersBack_UntilResume()
    {
        await using var proxy = await PooledProxies.StartAsync(shared, 18, PoolMode.Transaction, Cancellation, size: 2);
        await using var busy = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var idle = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await busy.AskAsync("begin", Cancellation);
        var pausing = proxy.Proxy.PauseAsync(proxy.Database, Cancellation);
        await idle.SendAsync(RawClient.Query("select 'resumed'"), Cancellation);
        await Eventually.TrueAsync(() => Waiting(proxy) == 1, () => Describe(proxy));
        Assert.False(pausing.IsCompleted);

        await busy.AskAsync("commit", Cancellation);
        await pausing;
        Assert.Equal(1, Waiting(proxy));
        Assert.True(proxy.Proxy.Resume(proxy.Database));

        Assert.Equal("resumed", await idle.ReadValueAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task E26_Counters_AreZeroAfterChaos(int major)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, PoolMode.Transaction, Cancellation, size: 3, configure: static options =>
        {
            options.Pool.MaxPerPrincipal = 2;
            options.Pool.WaitTimeout = TimeSpan.FromSeconds(2);
        });
        await Task.WhenAll(Enumerable.Range(0, 30).Select(n => ChaosAsync(proxy, n)));

        await Eventually.TrueAsync(() => proxy.Proxy.ActiveSessions == 0, () => $"{proxy.Proxy.ActiveSessions} sessions.\n{Describe(proxy)}");
        await Eventually.TrueAsync(
            () => proxy.Proxy.GetPools() is [{ ClientsActive: 0, ClientsWaiting: 0, ServersActive: 0, ServersUsed: 0, ServersLogin: 0 }], () => Describe(proxy));
        var group = Assert.Single(proxy.Proxy.Pools.Groups);
        await Eventually.TrueAsync(() => group.Open == proxy.Proxy.GetServers().Count, () => $"{group.Open} open.\n{Describe(proxy)}");
        Assert.Equal(0, proxy.Proxy.Pools.Budget.Count);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        Assert.Equal("1", await client.AskAsync("select 1", Cancellation));
        await proxy.Proxy.DisposeAsync();
        await Backends.WaitUntilGoneAsync(proxy, Cancellation);
        Assert.Equal(0, group.Open);
    }

    private static async Task ChaosAsync(ProxyHost proxy, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 4; round++)
        {
            var client = await PooledProxies.LogInAsync(proxy, string.Create(CultureInfo.InvariantCulture, $"person{seed % 4}"), Cancellation);
            try
            {
                switch (random.Next(6))
                {
                    case 0:
                        await client.AskAsync("select pg_terminate_backend(pg_backend_pid())", Cancellation);
                        break;
                    case 1:
                        await client.AskAsync("begin; select setseed(0.1)", Cancellation);
                        break;
                    case 2:
                        await client.SendAsync(RawClient.Query("select pg_sleep(0.05); select repeat('x', 100000)"), Cancellation);
                        break;
                    case 3:
                        await client.SendAsync(RawClient.Query("select 1").AsMemory(0, 7), Cancellation);
                        break;
                    case 4:
                        await client.AskAsync("set work_mem = '1MB'", Cancellation);
                        break;
                    default:
                        await client.SendAsync((byte[])[.. RawClient.Extended("select 1"), .. RawClient.Message('H')], Cancellation);
                        break;
                }
            }
            catch (Exception error) when (error is RawError or IOException)
            {
                // What it was for.
            }

            if (random.Next(2) == 0)
            {
                client.Abort();
            }

            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(TransportKind.Auto)]
    [InlineData(TransportKind.Socket)]
    public async Task OnlyConnection_GoesToTheLoopOfWhoeverWaits(TransportKind transport)
    {
        await using var proxy = await PooledProxies.StartAsync(
            shared,
            18,
            PoolMode.Transaction,
            Cancellation,
            configure: options =>
            {
                options.Transport.Kind = transport;
                options.Transport.Loops = 3;
            });

        // A dozen sessions are shared out to all loops; one of them has the connection at a time.
        var processes = await Task.WhenAll(Enumerable.Range(0, 12).Select(async n =>
        {
            await using var client = await PooledProxies.LogInAsync(proxy, string.Create(CultureInfo.InvariantCulture, $"person{n % 3}"), Cancellation);
            var seen = new HashSet<string?>();
            for (var round = 0; round < 20; round++)
            {
                seen.Add(await client.AskAsync("select pg_backend_pid()", Cancellation));
            }

            await client.SendAsync(RawClient.Message('X'), Cancellation);
            return Assert.Single(seen);
        }));

        Assert.Single(processes.Distinct());
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task PoolOverTheLimit_IsRefusedAndOthersGoOn(int major)
    {
        await using var proxy = await PooledProxies.StartAsync(shared, major, PoolMode.Transaction, Cancellation, configure: static options =>
        {
            options.Pool.MaxPools = 1;
            options.Pool.TenantClaim = "tenant";
        });
        await using var first = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);

        var refused = await Assert.ThrowsAsync<RawError>(() => PooledProxies.LogInAsync(proxy, "anna", Cancellation, tenant: "other"));
        Assert.Equal("53300", refused.SqlState);
        await using var second = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        Assert.Equal("1", await second.AskAsync("select 1", Cancellation));
    }

    private static int Waiting(ProxyHost proxy) => proxy.Proxy.GetPools().Sum(static pool => pool.ClientsWaiting);

    private static string Describe(ProxyHost proxy) =>
        string.Join('\n', [.. proxy.Proxy.GetPools().Select(static pool => pool.ToString()), .. proxy.Proxy.GetServers().Select(static server => server.ToString()), proxy.Log.AllText]);
}
