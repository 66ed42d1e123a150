using System.Globalization;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Pooling;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>
/// Clients that send all they have before they read, where no buffer is large enough for it: the server cannot answer and
/// takes nothing more, so nobody can go on until the client reads. The proxy must hold it back, hold nothing, and serve others.
/// </summary>
public sealed class FloodTests(ProxyFixture fixture)
{
    /// <summary>What may be on its way in one direction: what the kernel takes for the proxy's two sockets, and little more.</summary>
    private static readonly long MaxHeld = KernelBuffer("tcp_rmem") + KernelBuffer("tcp_wmem") + 1_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<TransportKind, PoolMode, bool> Kinds { get; } = new MatrixTheoryData<TransportKind, PoolMode, bool>(
        [TransportKind.Auto, TransportKind.Socket], [PoolMode.None, PoolMode.Session, PoolMode.Transaction], [false, true]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task E07_ClientThatSendsAllBeforeItReads_IsHeldBack_AndServedWhenItReads(TransportKind transport, PoolMode mode, bool isTls)
    {
        var server = await fixture.PostgresAsync(18);
        await using var line = NarrowLine.To(server.Host, server.Port);
        await using var proxy = await StartAsync(line, transport, mode);
        await using var other = await PooledProxies.LogInAsync(proxy, "other", Cancellation);
        foreach (var flood in Flood.All)
        {
            await using var client = await NarrowClient.LogInAsync(proxy, isTls, PooledProxies.TokenOf(proxy, "flooding"), Cancellation);
            var (sent, received, from, to) = (client.Sent, client.Received, line.FromProxy, line.ToProxy);
            await using var sender = new FloodSender(client, flood, 4 * MaxHeld, Cancellation);
            await StalledAsync(proxy, client, other, sender);

            var upward = client.Sent - sent - (line.FromProxy - from);
            var downward = line.ToProxy - to - (client.Received - received);
            TestContext.Current.SendDiagnosticMessage("{0}: {1} bytes sent, {2} held upward, {3} downward", flood, client.Sent - sent, upward, downward);
            Assert.False(sender.Completion.IsCompleted, $"{flood}: the client got rid of {client.Sent} bytes.");
            Assert.True(upward < MaxHeld, $"{flood}: {upward} bytes are held on their way to the server.");
            Assert.True(downward < MaxHeld, $"{flood}: {downward} bytes are held on their way to the client.");

            sender.Enough();
            await ExpectAsync(client, flood, flood.FirstReplies);
            for (var n = 1; await sender.HasAsync(n); n++)
            {
                await ExpectAsync(client, flood, flood.Replies(n));
            }

            await sender.Completion;
            await ExpectAsync(client, flood, flood.LastReplies);
            await client.SendAsync(FrontendMessages.Terminate, Cancellation);
        }

        Assert.Equal("1", await other.AskAsync("select 1", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task E07_ClientThatLeavesWhileItIsHeldBack_LeavesNothing(TransportKind transport, PoolMode mode, bool isTls)
    {
        var server = await fixture.PostgresAsync(18);
        await using var line = NarrowLine.To(server.Host, server.Port);
        await using var proxy = await StartAsync(line, transport, mode);
        await using var other = await PooledProxies.LogInAsync(proxy, "other", Cancellation);
        foreach (var flood in Flood.All)
        {
            await using var client = await NarrowClient.LogInAsync(proxy, isTls, PooledProxies.TokenOf(proxy, "flooding"), Cancellation);
            await using var sender = new FloodSender(client, flood, 4 * MaxHeld, Cancellation);
            await StalledAsync(proxy, client, other, sender);
            Assert.False(sender.Completion.IsCompleted, $"{flood}: the client got rid of {client.Sent} bytes.");

            client.Abort();
            await Assert.ThrowsAnyAsync<Exception>(() => sender.Completion);
            await Eventually.TrueAsync(() => proxy.Proxy.ActiveSessions == 1, () => $"{flood}: {proxy.Proxy.ActiveSessions} sessions are left.");
            Assert.Equal("1", await other.AskAsync("select 1", Cancellation));
        }

        await Eventually.TrueAsync(() => proxy.Proxy.GetServers().Count == 1, () => string.Join('\n', proxy.Proxy.GetServers()));
    }

    private async Task<ProxyHost> StartAsync(NarrowLine line, TransportKind transport, PoolMode mode)
    {
        var proxy = await PooledProxies.StartAsync(fixture, 18, mode, Cancellation, size: 2, configure: options =>
        {
            options.Transport.Kind = transport;
            // Everybody is on the same one.
            options.Transport.Loops = 1;
            options.Endpoints[0].DangerousAllowTokensWithoutTls = true;
            options.Upstream.Servers["main"].Host = "127.0.0.1";
            options.Upstream.Servers["main"].Port = line.Port;
        });
        await ProxyFixture.ExecuteAsync(proxy.Server, proxy.Database, Flood.DatabaseSql(TestRoles.Engineer), Cancellation);
        return proxy;
    }

    private static async Task ExpectAsync(NarrowClient client, Flood flood, (char Type, string Holds)[] replies)
    {
        foreach (var (type, holds) in replies)
        {
            var reply = await client.ReadAsync(Cancellation);
            Assert.True(reply.Type == type && reply.Text.Contains(holds, StringComparison.Ordinal), $"{flood}: expected {type} {Start(holds)}, got {Start(reply.ToString())}");
        }
    }

    /// <summary>Waits until the server waits for the client and the client for the server, while somebody else goes on.</summary>
    private static async Task StalledAsync(ProxyHost proxy, NarrowClient client, RawClient other, FloodSender sender)
    {
        const string ServerWaits = "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'ClientWrite')";
        for (var attempt = 0; ; attempt++)
        {
            var before = client.Sent;
            for (var n = 0; n < 20; n++)
            {
                Assert.Equal("1", await other.AskAsync("select 1", Cancellation));
            }

            if (sender.Completion.IsCompleted
                || (client.Sent == before && await ProxyFixture.ScalarAsync(proxy.Server, proxy.Database, ServerWaits, Cancellation) is true && client.Sent == before))
            {
                return;
            }

            Assert.True(attempt < 1200, "The server does not wait for its client.");
        }
    }

    private static string Start(string text) => text.Length > 60 ? text[..60] : text;

    private static long KernelBuffer(string name)
    {
        var file = "/proc/sys/net/ipv4/" + name;
        return File.Exists(file) ? long.Parse(File.ReadAllText(file).Split()[2], CultureInfo.InvariantCulture) : 32 << 20;
    }
}
