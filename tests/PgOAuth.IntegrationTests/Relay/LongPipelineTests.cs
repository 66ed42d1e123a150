using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Pooling;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Hundreds of thousands of messages up to one Sync: the relay keeps few of them in mind, and ends nobody's session.</summary>
public sealed class LongPipelineTests(ProxyFixture shared)
{
    public static TheoryData<PoolMode, TransportKind> Ways => new(
        (PoolMode.None, TransportKind.Auto), (PoolMode.Session, TransportKind.Auto), (PoolMode.Transaction, TransportKind.Auto), (PoolMode.Transaction, TransportKind.Socket));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // What libpq sends for each statement in pipeline mode.
    private static byte[] Insert =>
    [
        .. RawClient.Message('P', RawClient.Text(""), RawClient.Text("insert into piped values (1)"), RawClient.Int16(0)),
        .. Bind,
        .. RawClient.Message('D', [(byte)'P', 0]),
        .. Execute,
    ];

    private static byte[] Bind => RawClient.Message('B', RawClient.Text(""), RawClient.Text(""), RawClient.Int16(0), RawClient.Int16(0), RawClient.Int16(0));

    private static byte[] Execute => RawClient.Message('E', RawClient.Text(""), RawClient.Int32(0));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Inserts_ByTheHundredThousandInOneBatch_AreAllDone(PoolMode mode, TransportKind transport)
    {
        await using var proxy = await StartAsync(mode, transport);
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, $"create table piped (n int); grant all on piped to {TestRoles.Engineer}", Cancellation);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);

        // The first tenth is written before anything is read: its answers fit what the kernel holds, its messages not what the relay keeps.
        var part = Repeat(Insert, 10_000);
        await client.SendAsync(part, Cancellation);
        var sending = Task.Run(async () =>
        {
            for (var n = 1; n < 10; n++)
            {
                await client.SendAsync(part, Cancellation);
            }

            await client.SendAsync(RawClient.Sync, Cancellation);
        }, Cancellation);
        var types = await CountTypesAsync(client);
        await sending;

        Assert.Equal([('1', 100_000), ('2', 100_000), ('C', 100_000), ('Z', 1), ('n', 100_000)], types);
        Assert.Equal("100000", await client.AskAsync("select count(*) from piped", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task MessagesThatAreDiscarded_AreAllWrittenBeforeTheClientReads(PoolMode mode, TransportKind transport)
    {
        await using var proxy = await StartAsync(mode, transport);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);

        await client.SendAsync(RawClient.Extended("select from nowhere_at_all"), Cancellation);
        await client.SendAsync(Repeat([.. Bind, .. Execute], 150_000), Cancellation);
        await client.SendAsync(RawClient.Sync, Cancellation);

        Assert.Equal("EZ", await client.ReadTypesAsync(Cancellation));
        Assert.Equal("1", await client.AskAsync("select 1", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task MessagesThatNothingAnswers_AreAllWrittenBeforeTheClientReads(PoolMode mode, TransportKind transport)
    {
        await using var proxy = await StartAsync(mode, transport);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);

        // The server says nothing to a CopyDone, and keeps what it has said before until the Sync.
        await client.SendAsync(RawClient.Extended("select 1"), Cancellation);
        await client.SendAsync(Repeat(RawClient.Message('c'), 300_000), Cancellation);
        await client.SendAsync(RawClient.Sync, Cancellation);

        Assert.Equal("12DCZ", await client.ReadTypesAsync(Cancellation));
        Assert.Equal("1", await client.AskAsync("select 1", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task CopyBehindManyMessages_GetsItsData(PoolMode mode, TransportKind transport)
    {
        await using var proxy = await StartAsync(mode, transport);
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, $"create table piped (n int); grant all on piped to {TestRoles.Engineer}", Cancellation);
        await using var client = await PooledProxies.LogInAsync(proxy, "anna", Cancellation);

        // COPY ignores the Sync messages, and must get what stands behind them.
        await client.SendAsync(
            (byte[])[
                .. Repeat(CloseNone, 7_000), .. RawClient.Extended("copy piped from stdin"), .. Repeat(RawClient.Sync, 20_000),
                .. RawClient.Message('d', "42\n"u8.ToArray()), .. RawClient.Message('c'), .. RawClient.Sync,
            ],
            Cancellation);

        Assert.Equal(new string('3', 7_000) + "12GCZ", await client.ReadTypesAsync(Cancellation));
        Assert.Equal("42", await client.AskAsync("select n from piped", Cancellation));
    }

    // Close of a statement that does not exist: always answered.
    private static byte[] CloseNone => RawClient.Message('C', [(byte)'S'], RawClient.Text("none"));

    private Task<ProxyHost> StartAsync(PoolMode mode, TransportKind transport) =>
        PooledProxies.StartAsync(shared, 18, mode, Cancellation, configure: options => options.Transport.Kind = transport);

    private static async Task<IEnumerable<(char Type, int Count)>> CountTypesAsync(RawClient client)
    {
        var counts = new SortedDictionary<char, int>();
        while (true)
        {
            var (type, length) = await client.ReadHeaderAsync(Cancellation);
            await client.DiscardAsync(length, Cancellation);
            counts[type] = counts.GetValueOrDefault(type) + 1;
            if (type == 'Z')
            {
                return counts.Select(static one => (one.Key, one.Value));
            }
        }
    }

    private static byte[] Repeat(byte[] messages, int times)
    {
        var all = new byte[messages.Length * times];
        for (var n = 0; n < times; n++)
        {
            messages.CopyTo(all, n * messages.Length);
        }

        return all;
    }
}
