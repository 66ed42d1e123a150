using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PgOAuth.Testing.Wire;

/// <summary>
/// A client that sends exactly the bytes a test tells it to and keeps every byte that comes back, in plain or in TLS.
/// Waits 30 seconds at most for anything. Not thread-safe.
/// </summary>
public sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly MemoryStream _received = new();

    private RawClient(Socket socket)
    {
        _socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The bare or TLS stream.</summary>
    public Stream Stream { get; private set; }

    /// <summary>Every byte that was read so far; of what came in TLS, the plain text.</summary>
    public byte[] Received => _received.ToArray();

    /// <summary>Connects.</summary>
    /// <param name="endPoint">Where to.</param>
    /// <param name="from">An address of this machine to come from; null for any.</param>
    public static async Task<RawClient> ConnectAsync(EndPoint endPoint, IPAddress? from = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (endPoint is IPEndPoint)
        {
            socket.NoDelay = true;
        }

        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        await socket.ConnectAsync(endPoint).WaitAsync(Patience);
        return new RawClient(socket);
    }

    /// <summary>Sends bytes in one write; the peer may have closed.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await Stream.WriteAsync(bytes).AsTask().WaitAsync(Patience);
            await Stream.FlushAsync().WaitAsync(Patience);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // What the peer thought of it shows in what can be read.
        }
    }

    /// <summary>Sends several messages in one write.</summary>
    public Task SendAsync(params byte[][] messages) => SendAsync(messages.SelectMany(static m => m).ToArray().AsMemory());

    /// <summary>Sends bytes one write each.</summary>
    public async Task SendOneByOneAsync(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        foreach (var b in bytes)
        {
            await SendAsync((byte[])[b]);
        }
    }

    /// <summary>Reads one byte: the answer to SSLRequest and GSSENCRequest. Null when the peer closed.</summary>
    public async Task<char?> ReadAnswerAsync() => await ReadAsync(1) is { } answer ? (char)answer[0] : null;

    /// <summary>Reads one message; null when the peer closed instead.</summary>
    public async Task<WireMessage?> ReadMessageAsync()
    {
        if (await ReadAsync(5) is not { } header)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4;
        return new WireMessage((char)header[0], length == 0 ? [] : await ReadAsync(length) ?? throw new EndOfStreamException("The peer closed inside a message."));
    }

    /// <summary>Reads one message and insists on its type.</summary>
    public async Task<WireMessage> ExpectAsync(char type)
    {
        var message = await ReadMessageAsync();
        return message?.Type == type ? message : throw new InvalidOperationException($"Expected '{type}', got {Describe(message)}.");
    }

    /// <summary>Reads one Authentication message and insists on its code; gives what follows the code.</summary>
    public async Task<byte[]> ExpectAuthenticationAsync(int code)
    {
        var message = await ExpectAsync('R');
        var got = BinaryPrimitives.ReadInt32BigEndian(message.Body);
        return got == code ? message.Body[4..] : throw new InvalidOperationException($"Expected authentication request {code}, got {got}.");
    }

    /// <summary>Reads an ErrorResponse of severity FATAL, and the end of the connection behind it.</summary>
    public async Task<WireError> ExpectFatalAsync()
    {
        var error = WireError.Parse((await ExpectAsync('E')).Body);
        if (error.Severity != "FATAL")
        {
            throw new InvalidOperationException($"Expected FATAL, got {error}.");
        }

        await ExpectCloseAsync();
        return error;
    }

    /// <summary>Insists that nothing more comes and the peer closes.</summary>
    public async Task ExpectCloseAsync()
    {
        var rest = await ReadToEndAsync();
        if (rest.Length > 0)
        {
            throw new InvalidOperationException($"Expected the end, got {rest.Length} bytes: {Encoding.Latin1.GetString(rest)}");
        }
    }

    /// <summary>Reads whatever comes until the peer closes or resets, and closes too.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await ReadSomeAsync(buffer);
            if (read == 0)
            {
                // As real clients do; the proxy need not wait for us then.
                _socket.Dispose();
                return all.ToArray();
            }

            all.Write(buffer, 0, read);
        }
    }

    /// <summary>SSLRequest, the answer <c>S</c>, and the handshake.</summary>
    public async Task StartTlsAsync(string host = "localhost", Action<SslClientAuthenticationOptions>? configure = null)
    {
        await SendAsync(LoginMessages.SslRequest);
        var answer = await ReadAnswerAsync();
        if (answer != 'S')
        {
            throw new InvalidOperationException($"Expected 'S', got '{answer}'.");
        }

        await HandshakeAsync(host, configure);
    }

    /// <summary>The handshake without SSLRequest, with ALPN <c>postgresql</c> unless changed.</summary>
    public Task StartDirectTlsAsync(string host = "localhost", Action<SslClientAuthenticationOptions>? configure = null) =>
        HandshakeAsync(host, options =>
        {
            options.ApplicationProtocols = [new SslApplicationProtocol("postgresql")];
            configure?.Invoke(options);
        });

    /// <summary>The certificate that the server showed.</summary>
    public X509Certificate2? ServerCertificate => (Stream as SslStream)?.RemoteCertificate as X509Certificate2;

    /// <summary>Reads until ReadyForQuery and gives all messages, that one last.</summary>
    public async Task<IReadOnlyList<WireMessage>> ReadUntilReadyAsync()
    {
        var messages = new List<WireMessage>();
        while (messages.Count == 0 || messages[^1].Type != 'Z')
        {
            var message = await ReadMessageAsync();
            messages.Add(message?.Type is not ('E' or null) ? message : throw new InvalidOperationException($"Expected ReadyForQuery, got {Describe(message)}."));
        }

        return messages;
    }

    /// <summary>Logs in by password message and gives the messages of the login, AuthenticationOk first, ReadyForQuery last.</summary>
    public async Task<IReadOnlyList<WireMessage>> LogInAsync(string token, byte[]? startup = null)
    {
        await SendAsync(startup ?? LoginMessages.GoodStartup);
        await ExpectAuthenticationAsync(3);
        await SendAsync(LoginMessages.Password(token));
        return await ReadUntilReadyAsync();
    }

    /// <summary>Closes with a reset, as a crashed client does.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        _received.Dispose();
    }

    private async Task HandshakeAsync(string host, Action<SslClientAuthenticationOptions>? configure)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
        };
        configure?.Invoke(options);
        var tls = new SslStream(Stream);
        Stream = tls;
        await tls.AuthenticateAsClientAsync(options).WaitAsync(Patience);
    }

    private async Task<byte[]?> ReadAsync(int count)
    {
        var bytes = new byte[count];
        var length = 0;
        while (length < count)
        {
            var read = await ReadSomeAsync(bytes.AsMemory(length));
            if (read == 0)
            {
                return length == 0 ? null : throw new EndOfStreamException("The peer closed inside a message.");
            }

            length += read;
        }

        return bytes;
    }

    private async Task<int> ReadSomeAsync(Memory<byte> buffer)
    {
        int read;
        try
        {
            read = await Stream.ReadAsync(buffer).AsTask().WaitAsync(Patience);
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            // A reset is how the kernel closes a socket with unread input.
            return 0;
        }

        _received.Write(buffer.Span[..read]);
        return read;
    }

    private static string Describe(WireMessage? message) =>
        message is null ? "the end" : message.Type == 'E' ? WireError.Parse(message.Body).ToString() : message.ToString();
}
