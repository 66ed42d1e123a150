using System.Globalization;
using System.Net.Sockets;
using PgOAuth.IntegrationTests.Clients;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>Cancels, and batches left open, on the only server connection of a pool.</summary>
public class PoolCancelTests(ProxyFixture shared) : PoolTestBase(shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(LeftStateTests.Pools), MemberType = typeof(LeftStateTests))]
    public async Task A33_CancelKey_CancelsItsOwnSessionsStatement_AndNoOther(int major, PoolMode mode)
    {
        await using var proxy = await StartAsync(major, mode, Cancellation, size: 2);
        await using var own = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var other = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await own.SendAsync(RawClient.Query("select pg_sleep(600), 'own'"), Cancellation);
        await Backends.WaitUntilActiveAsync(proxy, "%''own''%", Cancellation);

        await CancelAsync(proxy, other.Key);
        await CancelAsync(proxy, own.Key);

        Assert.Equal("57014", (await Assert.ThrowsAsync<RawError>(() => own.ReadValueAsync(Cancellation))).SqlState);
        Assert.Equal("1", await own.AskAsync("select 1", Cancellation));
        Assert.Equal("1", await other.AskAsync("select 1", Cancellation));
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task A34_StormOfCancels_HitsNobodyElse(int major)
    {
        await using var proxy = await StartAsync(
            major, PoolMode.Transaction, Cancellation, configure: static options => options.Limits.MaxConcurrentCancels = 100);
        var stormy = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var storm = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            while (!calm.IsCancellationRequested)
            {
                await CancelAsync(proxy, stormy.Key);
            }
        }));
        var own = Task.Run(async () =>
        {
            var canceled = 0;
            while (!calm.IsCancellationRequested)
            {
                try
                {
                    await stormy.AskAsync("select pg_sleep(0.01)", Cancellation);
                }
                catch (RawError error)
                {
                    Assert.Equal("57014", error.SqlState);
                    canceled++;
                    if (error.IsFatal)
                    {
                        // It was still waiting for the connection.
                        await stormy.DisposeAsync();
                        stormy = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
                    }
                }
            }

            await stormy.DisposeAsync();
            return canceled;
        }, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            await using var other = await PooledProxies.LogInAsync(proxy, string.Create(CultureInfo.InvariantCulture, $"other{n}"), Cancellation);
            for (var i = 0; i < 25; i++)
            {
                Assert.Equal("00000", await other.RefusalAsync("select pg_sleep(0.002)", Cancellation));
            }
        }));
        await calm.CancelAsync();
        await storm;
        Assert.True(await own > 0);
    }

    [Fact]
    public async Task A36_CancelWhileWaiting_EndsTheWait_AndNothingElse()
    {
        await using var proxy = await StartAsync(18, PoolMode.Transaction, Cancellation);
        await using var busy = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var waiting = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await busy.AskAsync("begin", Cancellation);
        await waiting.SendAsync(RawClient.Query("select 1"), Cancellation);
        await Eventually.TrueAsync(() => proxy.Proxy.GetPools() is [{ ClientsWaiting: 1 }]);

        await CancelAsync(proxy, waiting.Key);

        Assert.Equal("57014", (await Assert.ThrowsAsync<RawError>(() => waiting.ReadValueAsync(Cancellation))).SqlState);
        Assert.Equal("1", await busy.AskAsync("select 1", Cancellation));
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task A36_CancelOfWhoHasNothingRunning_DisturbsNoHousekeeping(int major)
    {
        await using var proxy = await StartAsync(major, PoolMode.Transaction, Cancellation);
        await using var anna = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var berta = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);

        // Each turn is another person's, so that resets and settings run all the time.
        for (var i = 0; i < 20; i++)
        {
            foreach (var (asks, subject, rests) in new[] { (anna, "anna", berta), (berta, "berta", anna) })
            {
                var cancel = CancelAsync(proxy, rests.Key);
                Assert.Equal(subject, await asks.AskAsync("select current_setting('pgoauth.sub')", Cancellation));
                await cancel;
            }
        }
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task A24_PortalLeftOpenOverAFlush_KeepsItsConnection(int major)
    {
        await using var proxy = await StartAsync(major, PoolMode.Transaction, Cancellation);
        await using var anna = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);
        await using var berta = await PooledProxies.LogInAsync(proxy, "berta", Cancellation);
        await anna.SendAsync(
            (byte[])
            [
                .. RawClient.Message('P', RawClient.Text(""), RawClient.Text("select n from generate_series(1, 5) n"), RawClient.Int16(0)),
                .. RawClient.Message('B', RawClient.Text(""), RawClient.Text(""), RawClient.Int16(0), RawClient.Int16(0), RawClient.Int16(0)),
                .. RawClient.Message('E', RawClient.Text(""), RawClient.Int32(2)), .. RawClient.Message('H'),
            ],
            Cancellation);
        foreach (var type in "12DDs")
        {
            Assert.Equal(type, (await anna.ReadAsync(Cancellation)).Type);
        }

        await berta.SendAsync(RawClient.Query("select 'berta'"), Cancellation);
        await Eventually.TrueAsync(() => proxy.Proxy.GetPools() is [{ ClientsWaiting: 1 }]);
        await anna.SendAsync((byte[])[.. RawClient.Message('E', RawClient.Text(""), RawClient.Int32(0)), .. RawClient.Sync], Cancellation);

        Assert.Equal("DDDCZ", await anna.ReadTypesAsync(Cancellation));
        Assert.Equal("berta", await berta.ReadValueAsync(Cancellation));
    }

    private static async Task CancelAsync(ProxyHost proxy, byte[] key)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", proxy.Port, Cancellation);
        await socket.SendAsync((byte[])[.. RawClient.Int32(key.Length + 8), .. RawClient.Int32(80877102), .. key], Cancellation);
        await socket.ReceiveAsync(new byte[1], Cancellation);
    }
}
