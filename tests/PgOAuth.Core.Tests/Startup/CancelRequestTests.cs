using System.Buffers.Binary;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Wire.LoginMessages;

namespace PgOAuth.Startup;

/// <summary>CancelRequest over the wire.</summary>
public sealed class CancelRequestTests
{
    private static byte[] ServersKey => [.. BackendMessages.Int32(4711), .. HonestServer.SecretKey];

    [Theory]
    [InlineData(Version30)]
    [InlineData(Version32)]
    public async Task A33_Key_IsTheProxysOwnAndCancelsTheServersWork(int version)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var session = await bed.ConnectAsync();
        var (processId, secret) = await LogInAsync(session, version);
        Assert.True(processId > 0);
        Assert.NotEqual(HonestServer.SecretKey, secret[..4]);

        await CancelAsync(bed, processId, secret);

        Assert.Equal(ServersKey, Assert.Single(bed.Server.Cancels));
    }

    [Fact]
    public async Task A33_WrongKeys_AreClosedInSilenceAndReachNoServer()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var session = await bed.ConnectAsync();
        var (processId, secret) = await LogInAsync(session, Version32);
        foreach (var (id, key) in new (int, byte[])[]
        {
            (4711, HonestServer.SecretKey),
            (processId, HonestServer.SecretKey),
            (processId, secret[..31]),
            (processId, [.. secret, 0]),
            (processId, secret[..4]),
            (processId, [.. secret[..31], (byte)(secret[31] ^ 1)]),
            (processId, [(byte)(secret[0] ^ 1), .. secret[1..]]),
            (processId, new byte[256]),
            (processId, new byte[257]),
            (processId, secret[..3]),
            (processId, []),
            (-processId, secret),
            (processId ^ 1, secret),
            (0, secret),
        })
        {
            await CancelAsync(bed, id, key);
        }

        Assert.Empty(bed.Server.Cancels);
        Assert.Equal(1, bed.UpstreamConnections);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(15)]
    public async Task A33_CancelRequestTooShortForAKey_IsClosedInSilence(int length)
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        await using var client = await bed.ConnectAsync();

        await client.SendAsync([.. BackendMessages.Int32(length), .. BackendMessages.Int32(80877102), .. new byte[length - 8]]);

        await client.ExpectCloseAsync();
    }

    [Fact]
    public async Task A33_BruteForce_IsSilentAndLimitedByAddressForAMinute()
    {
        var time = new ManualTimeProvider();
        await using var bed = await ProxyTestBed.StartAsync(components: c => c.TimeProvider = time, plaintext: true);
        var session = await bed.ConnectAsync();
        var (processId, secret) = await LogInAsync(session, Version30);
        for (var guess = 0; guess < 1_000; guess++)
        {
            await CancelAsync(bed, processId, BackendMessages.Int32(BinaryPrimitives.ReadInt32BigEndian(secret) ^ (guess + 1)));
        }

        await CancelAsync(bed, processId, secret);
        Assert.Empty(bed.Server.Cancels);
        Assert.Contains("was dropped", bed.Log.AllText, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromMinutes(1));
        await CancelAsync(bed, processId, secret);
        Assert.Single(bed.Server.Cancels);
        await session.DisposeAsync();
        await bed.SettleAsync();
    }

    [Fact]
    public async Task A34_CancelAfterTheSessionsEnd_DoesNothing()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        int processId;
        byte[] secret;
        await using (var session = await bed.ConnectAsync())
        {
            (processId, secret) = await LogInAsync(session, Version32);
            await session.SendAsync(BackendMessages.Message('X'));
            await session.ExpectCloseAsync();
        }

        await bed.SettleAsync(1);
        await CancelAsync(bed, processId, secret);

        Assert.Empty(bed.Server.Cancels);
        Assert.Equal(0, bed.Proxy.Cancels.Count);
    }

    [Fact]
    public async Task A36_CancelWhileTheLoginIsInProgress_IsIgnored()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);
        var arrived = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        bed.Server.OnStartup = () =>
        {
            arrived.SetResult();
            return release.Task;
        };
        await using var session = await bed.ConnectAsync();
        await session.SendAsync(GoodStartup);
        await session.ExpectAuthenticationAsync(3);
        await session.SendAsync(Password("good"));
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, bed.Proxy.Cancels.Count);
        await CancelAsync(bed, 4711, HonestServer.SecretKey);

        release.SetResult();
        await session.ReadUntilReadyAsync();
        Assert.Empty(bed.Server.Cancels);
    }

    [Fact]
    public async Task A35_TenThousandCancelSockets_ReachTheServerAFewAtATime()
    {
        const int Rounds = 20;
        const int InARound = 500;
        await using var bed = await ProxyTestBed.StartAsync(
            static options =>
            {
                options.Limits.MaxConcurrentCancels = 5;
                options.Limits.MaxUnauthenticatedConnections = 2 * InARound;
                options.Limits.MaxConnectionsPerAddress = 2 * InARound;
            },
            plaintext: true);
        var release = new TaskCompletionSource();
        bed.Server.OnCancel = () => release.Task;
        await using var session = await bed.ConnectAsync();
        var (processId, secret) = await LogInAsync(session, Version30);

        var open = new List<(RawClient Client, Task Closed)>();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < InARound; i++)
            {
                var client = await bed.ConnectAsync();
                await client.SendAsync(Cancel(processId, secret));
                open.Add((client, client.ExpectCloseAsync()));
            }

            // All but the five that the server keeps waiting are closed at once.
            await Eventually.TrueAsync(
                () => open.Count(static socket => !socket.Closed.IsCompleted) == 5,
                () => $"{bed.Proxy.ActiveSessions} sessions, {bed.Server.Cancels.Count} cancels");
            foreach (var (client, closed) in open.FindAll(static socket => socket.Closed.IsCompleted))
            {
                await closed;
                await client.DisposeAsync();
            }

            open.RemoveAll(static socket => socket.Closed.IsCompleted);
        }

        await Eventually.TrueAsync(() => bed.Proxy.ActiveSessions == 6 && bed.Server.Cancels.Count == 5);
        release.SetResult();
        foreach (var (client, closed) in open)
        {
            await closed;
            await client.DisposeAsync();
        }

        Assert.Equal(5, bed.Server.Cancels.Count);
        await Eventually.TrueAsync(() => bed.Proxy.Gate is { Total: 1, Unauthenticated: 0 });
    }

    [Fact]
    public async Task A35_CancelInPlainWhileTlsIsRequired_IsCarriedOut()
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var session = await bed.ConnectAsync();
        await session.StartTlsAsync();
        var (processId, secret) = await LogInAsync(session, Version30);

        await CancelAsync(bed, processId, secret);

        Assert.Single(bed.Server.Cancels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A35_CancelOverTls_IsCarriedOut(bool direct)
    {
        await using var bed = await ProxyTestBed.StartAsync();
        await using var session = await bed.ConnectAsync();
        await session.StartTlsAsync();
        var (processId, secret) = await LogInAsync(session, Version32);
        await using var client = await bed.ConnectAsync();
        await (direct ? client.StartDirectTlsAsync() : client.StartTlsAsync());

        await client.SendAsync(Cancel(processId, secret));

        await client.ExpectCloseAsync();
        Assert.Single(bed.Server.Cancels);
    }

    [Fact]
    public async Task A35_CancelAboveTheConnectionCaps_IsCarriedOut()
    {
        await using var bed = await ProxyTestBed.StartAsync(static options => options.Limits.MaxConnections = 1, plaintext: true);
        await using var session = await bed.ConnectAsync();
        var (processId, secret) = await LogInAsync(session, Version30);

        await CancelAsync(bed, processId, secret);

        Assert.Single(bed.Server.Cancels);
    }

    private static async Task<(int ProcessId, byte[] Secret)> LogInAsync(RawClient session, int version)
    {
        var messages = await session.LogInAsync("good", StartupMessage(version, "user", "app", "database", "shop"));
        var key = messages.Single(static m => m.Type == 'K').Body;
        return (BinaryPrimitives.ReadInt32BigEndian(key), key[4..]);
    }

    private static async Task CancelAsync(ProxyTestBed bed, int processId, byte[] secret)
    {
        await using var client = await bed.ConnectAsync();
        await client.SendAsync(Cancel(processId, secret));
        await client.ExpectCloseAsync();
    }
}
