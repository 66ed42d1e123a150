using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>A client on a connection that holds little, in plain or in TLS, which can send for long before it reads.</summary>
internal sealed class NarrowClient : IAsyncDisposable
{
    private const int Slice = 4 * 1024;

    private readonly Socket _socket;
    private readonly BufferedStream _input;
    private readonly Stream _stream;
    private long _sent;

    private NarrowClient(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
        _input = new BufferedStream(stream, 16 * 1024);
    }

    /// <summary>Bytes that it could get rid of so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Bytes of messages that it has read.</summary>
    public long Received { get; private set; }

    public static async Task<NarrowClient> LogInAsync(ProxyHost proxy, bool isTls, string token, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SmallBuffers.Apply(socket);
        await socket.ConnectAsync("127.0.0.1", proxy.Port, cancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (isTls)
        {
            await stream.WriteAsync(LoginMessages.SslRequest, cancellationToken);
            var answer = new byte[1];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            Xunit.Assert.Equal((byte)'S', answer[0]);
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = ProxyHost.Host, RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null }, cancellationToken);
            stream = tls;
        }

        var client = new NarrowClient(socket, stream);
        await client.SendAsync(FrontendMessages.Startup(("user", TestRoles.Engineer), ("database", proxy.Database)), cancellationToken);
        await client.SendAsync(FrontendMessages.Password(token), cancellationToken);
        while ((await client.ReadAsync(cancellationToken)).Type != 'Z')
        {
        }

        return client;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var slice = bytes[..Math.Min(Slice, bytes.Length)];
            await _stream.WriteAsync(slice, cancellationToken);
            Interlocked.Add(ref _sent, slice.Length);
            bytes = bytes[slice.Length..];
        }
    }

    /// <exception cref="RawError">An ErrorResponse came.</exception>
    public async Task<WireMessage> ReadAsync(CancellationToken cancellationToken)
    {
        var header = new byte[5];
        await _input.ReadExactlyAsync(header, cancellationToken);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4];
        await _input.ReadExactlyAsync(body, cancellationToken);
        Received += header.Length + body.Length;
        return header[0] == 'E' ? throw RawError.Parse(body) : new WireMessage((char)header[0], body);
    }

    /// <summary>Goes away without a word.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
