using System.Net;
using PgOAuth.Sessions;
using PgOAuth.Testing.Upstream;
using PgOAuth.Transport;
using Xunit;
using static PgOAuth.Upstream.UpstreamTestBed;

namespace PgOAuth.Upstream;

public sealed class HostileServerTests
{
    private static readonly byte[] Inspected =
    [
        .. BackendMessages.RowDescription("current_user", "session_user", "c", "s"),
        .. BackendMessages.DataRow("analyst", "service", "f", "f"),
        .. BackendMessages.CommandComplete("SELECT 1"),
        .. BackendMessages.ReadyForQuery(),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<char> UnexpectedTypes => new("123ACDGHIKSTVWZcdnst\0\u007f");

    [Theory]
    [MemberData(nameof(UnexpectedTypes))]
    public async Task A30_UnexpectedTypeBeforeAuthenticationOk_IsRefused(char type) =>
        await AssertViolationAsync(BackendMessages.Message(type, 0, 0, 0, 0));

    [Theory]
    [MemberData(nameof(UnexpectedTypes))]
    public async Task A30_UnexpectedTypeAfterAuthenticationOk_IsRefused(char type) =>
        await AssertViolationAsync([.. BackendMessages.AuthenticationOk, .. BackendMessages.Message(type, [0, 0, 0, 0])]);

    [Theory]
    [InlineData('W')]
    [InlineData('G')]
    [InlineData('H')]
    [InlineData('A')]
    [InlineData('K')]
    [InlineData('R')]
    [InlineData('v')]
    [InlineData('d')]
    public async Task A30_UnexpectedTypeInTheInspection_IsRefused(char type) =>
        await AssertViolationAsync([.. BackendMessages.AuthenticationOk, .. Settled.SelectMany(static m => m), .. BackendMessages.Message(type, 0, 0, 0, 0)]);

    [Fact]
    public async Task A30_AuthenticationRequestAfterOk_IsRefused() =>
        await AssertViolationAsync([.. BackendMessages.AuthenticationOk, .. BackendMessages.Authentication(3)]);

    [Theory]
    [InlineData('T')]
    [InlineData('E')]
    [InlineData('x')]
    public async Task A30_ReadyButNotIdle_IsRefused(char status) =>
        await AssertViolationAsync([.. BackendMessages.AuthenticationOk, .. Settled[0], .. BackendMessages.ReadyForQuery(status)]);

    [Fact]
    public async Task A31_ErrorWithoutSqlState_IsAReadableFailure()
    {
        var failure = await CannedAsync(BackendMessages.Message('E', [(byte)'M', .. BackendMessages.CString("no state"), 0]));

        Assert.Equal(SessionEndReason.UpstreamLoginFailed, failure?.Reason);
        Assert.Contains("without SQLSTATE: no state", failure!.LogDetail!, StringComparison.Ordinal);
    }

    public static TheoryData<byte[]> MalformedMessages => new(
        BackendMessages.Message('E'),
        BackendMessages.Message('E', (byte)'M', (byte)'x'),
        BackendMessages.Message('E', 0, 0),
        BackendMessages.Message('R'),
        BackendMessages.Message('R', 0, 0, 0),
        BackendMessages.Authentication(0, 1),
        BackendMessages.Authentication(3, 1),
        BackendMessages.Authentication(5, 1, 2, 3),
        BackendMessages.Authentication(10),
        BackendMessages.Authentication(10, 0),
        BackendMessages.Authentication(10, (byte)'x'),
        BackendMessages.Message('v', 0, 3, 0, 2, 0, 0, 0, 0),
        BackendMessages.Message('v', 0, 3, 0, 0, 0, 0, 0, 1),
        BackendMessages.Message('v'),
        [.. BackendMessages.Message('v', 0, 3, 0, 0, 0, 0, 0, 0), .. BackendMessages.Message('v', 0, 3, 0, 0, 0, 0, 0, 0)],
        [(byte)'R', 0, 0, 0, 0],
        [(byte)'R', 0, 0, 0, 3],
        [(byte)'R', 0x7f, 0xff, 0xff, 0xff],
        [(byte)'R', 0x80, 0, 0, 0],
        [(byte)'R', 0xff, 0xff, 0xff, 0xff],
        [(byte)'E', 0, 1, 0, 0],
        [.. BackendMessages.AuthenticationOk, .. BackendMessages.Message('K', 0, 0, 0, 1, 1, 2, 3)],
        [.. BackendMessages.AuthenticationOk, .. BackendMessages.BackendKeyData(1, new byte[257])],
        [.. BackendMessages.AuthenticationOk, .. BackendMessages.BackendKeyData(1, 1, 2, 3, 4), .. BackendMessages.BackendKeyData(1, 1, 2, 3, 4)],
        [.. BackendMessages.AuthenticationOk, .. BackendMessages.Message('S', (byte)'a', 0, (byte)'b')],
        [.. BackendMessages.AuthenticationOk, .. BackendMessages.Message('N', (byte)'M')],
        [.. BackendMessages.AuthenticationOk, .. BackendMessages.Message('Z')]);

    [Theory]
    [MemberData(nameof(MalformedMessages))]
    public async Task A31_MalformedMessage_IsRefused(byte[] bytes) => await AssertViolationAsync(bytes);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A32_NoticesWithoutEnd_AreCutOff(bool isAuthenticated)
    {
        var sent = 0L;
        var failure = await RefusedAsync(
            async b =>
            {
                await b.ReadUntypedAsync();
                if (isAuthenticated)
                {
                    await b.SendAsync(BackendMessages.AuthenticationOk);
                }

                var notice = BackendMessages.Notice(new string('x', 20_000));
                while (sent < 64L * 1024 * 1024)
                {
                    await b.SendRawAsync(notice);
                    sent += notice.Length;
                }
            },
            change: static r => r with { Credential = new UpstreamCredential("service", null) });

        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, failure.Reason);
        Assert.True(sent < 64L * 1024 * 1024);
    }

    [Fact]
    public async Task A31_EveryMessageMutated_IsAResultAndNeverAnException()
    {
        var random = new Random(20261122);
        byte[] honest =
        [
            .. BackendMessages.Message('v', 0, 3, 0, 0, 0, 0, 0, 0),
            .. BackendMessages.AuthenticationOk,
            .. Settled.SelectMany(static m => m),
            .. BackendMessages.Notice("hello"),
            .. Inspected,
        ];
        Assert.Null(await CannedAsync(honest, tolerateNotice: true));
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            refused += await CannedAsync(Mutate(honest, random), tolerateNotice: true) is null ? 0 : 1;
        }

        Assert.InRange(refused, 10_000, 20_000);
    }

    [Fact]
    public async Task A31_TranscriptCutAnywhere_IsAFailure()
    {
        byte[] honest = [.. BackendMessages.AuthenticationOk, .. Settled.SelectMany(static m => m), .. Inspected];
        for (var length = 0; length < honest.Length; length++)
        {
            Assert.Equal(SessionEndReason.UpstreamUnreachable, (await CannedAsync(honest[..length]))?.Reason);
        }

        Assert.Null(await CannedAsync(honest));
    }

    private static byte[] Mutate(byte[] honest, Random random)
    {
        var bytes = (byte[])honest.Clone();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 20))..], 0];
                    break;
                case 3:
                    bytes = [.. bytes[..at], .. honest[random.Next(honest.Length)..], .. bytes[at..]];
                    break;
                default:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
            }
        }

        return bytes;
    }

    private static async Task AssertViolationAsync(byte[] bytes) =>
        Assert.Equal(SessionEndReason.UpstreamProtocolViolation, (await CannedAsync(bytes))?.Reason);

    /// <summary>Connects to a server that says these bytes whatever it hears; null is a connection.</summary>
    private static async Task<SessionFailure?> CannedAsync(byte[] bytes, bool tolerateNotice = false)
    {
        using var stream = new CannedStream(bytes);
        var result = await Connector(new CannedDialer(stream)).ConnectAsync(Request(Server(1), null), Cancellation);
        if (result.Connection is not { } connection)
        {
            Assert.NotEqual(SessionEndReason.InternalError, result.Failure.Reason);
            return result.Failure;
        }

        Assert.True(tolerateNotice || connection.Channel.Buffered.IsEmpty);
        Assert.InRange(connection.StartupFrames.Length, 0, UpstreamReader.MaxTotalBytes);
        Assert.True(connection.SecretKey.Length is 0 or (>= 4 and <= 256));
        await connection.DisposeAsync();
        return null;
    }

    private sealed class CannedDialer(Stream stream) : IUpstreamDialer
    {
        public ValueTask<UpstreamLink> DialAsync(UpstreamServer server, EventLoop? loop, CancellationToken cancellationToken) => new(new UpstreamLink(stream, new IPEndPoint(IPAddress.Loopback, 1)));

        public ValueTask<UpstreamLink> DialAsync(EndPoint address, EventLoop? loop, CancellationToken cancellationToken) => new(new UpstreamLink(stream, address));
    }

    /// <summary>Reads give the bytes, writes go nowhere.</summary>
    private sealed class CannedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanWrite => true;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
