using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>Clients that vanish, or do not read: whoever gets the server connection next must not notice.</summary>
public class BrokenClientTests(ProxyFixture shared) : PoolTestBase(shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task A46_ClientThatVanishesInATransaction_LeavesNothingOfIt(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation);
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, $"create table left_over (n int); grant all on left_over to {TestRoles.Engineer}", Cancellation);
        var gone = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await gone.AskAsync("begin", Cancellation);
        await gone.AskAsync("insert into left_over values (1)", Cancellation);
        gone.Abort();

        await using var next = await PooledProxies.LogInAsync(proxy, "bert", Cancellation);
        Assert.Equal("0", await next.AskAsync("select count(*) from left_over", Cancellation));
        await next.AskAsync("insert into left_over values (2)", Cancellation);
        Assert.Equal("1", await next.AskAsync("select count(*) from left_over", Cancellation));
    }

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task A47_ClientThatVanishesInsideAMessage_NobodyElseMeetsTheRest(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation);
        byte[] batch =
        [
            .. RawClient.Message('P', RawClient.Text("s"), RawClient.Text("select length($1::text)"), RawClient.Int16(0)),
            .. RawClient.Message(
                'B', RawClient.Text(""), RawClient.Text("s"), RawClient.Int16(0), RawClient.Int16(1), RawClient.Int32(100_000), [.. Enumerable.Repeat((byte)'x', 100_000)], RawClient.Int16(0)),
            .. RawClient.Message('E', RawClient.Text(""), RawClient.Int32(0)),
            .. RawClient.Sync,
        ];
        foreach (var cut in Enumerable.Range(1, 60).Concat([1_000, 32_768, 65_537, 100_000]).Concat(Enumerable.Range(batch.Length - 20, 20)))
        {
            var gone = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
            await gone.SendAsync(batch.AsMemory(0, cut), Cancellation);
            if (cut % 2 == 0)
            {
                // A reset drops what the proxy has not read yet, an orderly end does not.
                gone.Abort();
            }

            await gone.DisposeAsync();
            await using var next = await PooledProxies.LogInAsync(proxy, cut % 3 == 0 ? "anna" : "bert", Cancellation);
            Assert.Equal("42", await next.AskAsync("select 42", Cancellation));
            await next.SendAsync(RawClient.Message('X'), Cancellation);
        }

        await Eventually.TrueAsync(() => proxy.Proxy.ActiveSessions == 0, () => $"{proxy.Proxy.ActiveSessions} sessions are left.");
    }

    [Theory]
    [InlineData(PoolMode.None)]
    [InlineData(PoolMode.Session)]
    [InlineData(PoolMode.Transaction)]
    public async Task A46_WhatStandsBeforeAGoodbye_IsDone_AndWhatTakesLongIsCancelled(PoolMode mode)
    {
        await using var proxy = await StartAsync(18, mode, Cancellation);
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, $"create table done (n int); grant all on done to {TestRoles.Engineer}", Cancellation);
        byte[][] farewells =
        [
            RawClient.Query("select pg_sleep(0.2); insert into done values (1)"),
            [.. RawClient.Query("insert into done values (2)"), .. RawClient.Query("begin; insert into done values (-1)")],
            [.. Execution("select pg_sleep(0.2)"), .. Execution("insert into done values (3)"), .. RawClient.Sync],
            [.. Execution("insert into done values (4)"), .. RawClient.Sync, .. Execution("insert into done values (-2)")],
            [.. RawClient.Query("insert into done values (5)"), .. RawClient.Query("copy done from stdin")],
            [.. RawClient.Query("insert into done values (6)"), .. RawClient.Query("insert into done values (-3); select pg_sleep(120)")],
        ];
        foreach (var farewell in farewells)
        {
            var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
            // Who leaves while it waits for a server connection is not served.
            await client.AskAsync("select 1", Cancellation);
            await client.SendAsync((byte[])[.. farewell, .. RawClient.Message('X')], Cancellation);
            await client.DisposeAsync();
            await Eventually.TrueAsync(() => proxy.Proxy.ActiveSessions == 0, () => $"{proxy.Proxy.ActiveSessions} sessions are left.");
        }

        var rows = await ProxyFixture.ScalarAsync(proxy.Server, proxy.Database, "select string_agg(n::text, ' ' order by n) from done", Cancellation);
        Assert.Equal("1 2 3 4 5 6", rows);
        await using var next = await PooledProxies.LogInAsync(proxy, "bert", Cancellation);
        Assert.Equal("42", await next.AskAsync("select 42", Cancellation));

        static byte[] Execution(string sql) =>
        [
            .. RawClient.Message('P', RawClient.Text(""), RawClient.Text(sql), RawClient.Int16(0)),
            .. RawClient.Message('B', RawClient.Text(""), RawClient.Text(""), RawClient.Int16(0), RawClient.Int16(0), RawClient.Int16(0)),
            .. RawClient.Message('E', RawClient.Text(""), RawClient.Int32(0)),
        ];
    }

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task A46_ClientThatVanishesWhileItWaits_IsNotServed(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation, configure: static options =>
        {
            options.Transport.Loops = 1;
        });
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, $"create table waited (n int); grant all on waited to {TestRoles.Engineer}", Cancellation);
        await using var first = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await first.AskAsync("begin", Cancellation);
        var gone = await PooledProxies.LogInAsync(proxy, "bert", Cancellation);
        await gone.SendAsync(RawClient.Query("insert into waited values (1)"), Cancellation);
        await Eventually.TrueAsync(() => proxy.Proxy.GetPools().Sum(static pool => pool.ClientsWaiting) == 1);
        gone.Abort();

        // On sockets word of it comes on another thread.
        await first.AskAsync("select pg_sleep(0.2)", Cancellation);
        await first.AskAsync("commit", Cancellation);
        await first.SendAsync(RawClient.Message('X'), Cancellation);
        await using var next = await PooledProxies.LogInAsync(proxy, "cora", Cancellation);
        Assert.Equal("0", await next.AskAsync("select count(*) from waited", Cancellation));
    }

    [Theory]
    [InlineData(PoolMode.None)]
    [InlineData(PoolMode.Transaction)]
    public async Task E15_ManyClientsThatDoNotRead_TakeBoundedMemory(PoolMode mode)
    {
        const int Clients = 8;
        const long Limit = 200_000_000;
        await using var proxy = await StartAsync(18, mode, Cancellation, size: Clients);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clients = new List<RawClient>();
        for (var n = 0; n < Clients; n++)
        {
            clients.Add(await PooledProxies.LogInAsync(proxy, $"reader{n}", Cancellation));
            clients[n].ReceiveLittle();
            await clients[n].SendAsync(RawClient.Query("select repeat('x', 100000) from generate_series(1, 2000)"), Cancellation);
        }

        // 1.6 GB are asked for. The server waits as soon as the proxy does not take more.
        var stalled = $"select count(*) >= {Clients} from pg_stat_activity where datname = current_database() and wait_event = 'ClientWrite'";
        for (var attempt = 0; await ProxyFixture.ScalarAsync(proxy.Server, proxy.Database, stalled, Cancellation) is not true; attempt++)
        {
            Assert.True(attempt < 1200, "The server does not wait for its clients.");
            await Task.Delay(50, Cancellation);
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(held < Limit, $"{held} bytes are held for {Clients} clients that do not read.");

        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }
}
