using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PgOAuth.IntegrationTests.Fixtures;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>A client that speaks the wire protocol by hand, and reads what it does not need without keeping it.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly GatheringStream _output;
    private readonly SslStream _stream;
    private readonly byte[] _scratch = new byte[64 * 1024];

    private RawClient(Socket socket, GatheringStream output, SslStream stream)
    {
        _socket = socket;
        _output = output;
        _stream = stream;
    }

    /// <summary>The body of BackendKeyData: process id, then the secret.</summary>
    public byte[] Key { get; private set; } = [];

    /// <summary>Logs in as an engineer and waits until the session is ready.</summary>
    /// <exception cref="RawError">It was refused.</exception>
    public static async Task<RawClient> LogInAsync(ProxyHost proxy, CancellationToken cancellationToken, string? token = null, int protocolMinor = 0, string[]? settings = null)
    {
        var client = await ConnectAsync(proxy, cancellationToken);
        try
        {
            await client.SendAsync(Startup(protocolMinor, ["user", TestRoles.Engineer, "database", proxy.Database, .. settings ?? []]), cancellationToken);
            var (type, body) = await client.ReadAsync(cancellationToken);
            if (type != 'R' || BinaryPrimitives.ReadInt32BigEndian(body) != 3)
            {
                throw new InvalidDataException($"A password request was expected, not {type}.");
            }

            await client.SendAsync(Message('p', Text(token ?? proxy.EngineerToken())), cancellationToken);
            foreach (var message in await client.ReadUntilReadyAsync(cancellationToken))
            {
                client.Key = message.Type == 'K' ? message.Body : client.Key;
            }

            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>One message.</summary>
    public static byte[] Message(char type, params ReadOnlySpan<byte[]> parts)
    {
        var length = 4;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        return [(byte)type, .. Int32(length), .. Concat(parts)];
    }

    public static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    public static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Int16(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Query(string sql) => Message('Q', Text(sql));

    public static byte[] Sync => Message('S');

    /// <summary>Parse, Bind and Execute of a statement without parameters, in text format.</summary>
    public static byte[] Extended(string sql) =>
    [
        .. Message('P', Text(""), Text(sql), Int16(0)),
        .. Message('B', Text(""), Text(""), Int16(0), Int16(0), Int16(0)),
        .. Message('E', Text(""), Int32(0)),
    ];

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => await _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Sends each piece in a TLS record of its own, and all records at once.</summary>
    public async Task SendRecordsAsync(IEnumerable<byte[]> pieces, CancellationToken cancellationToken)
    {
        _output.Gather();
        foreach (var piece in pieces)
        {
            await _stream.WriteAsync(piece, cancellationToken);
        }

        await _output.SendAsync(cancellationToken);
    }

    /// <summary>The next message's type and the length of its body, which is still to be read.</summary>
    /// <exception cref="EndOfStreamException">The connection was closed.</exception>
    public async Task<(char Type, int Length)> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var header = new byte[5];
        await _stream.ReadExactlyAsync(header, cancellationToken);
        return ((char)header[0], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4);
    }

    /// <summary>Reads and forgets.</summary>
    public async Task DiscardAsync(int length, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            var read = await _stream.ReadAsync(_scratch.AsMemory(0, Math.Min(length, _scratch.Length)), cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            length -= read;
        }
    }

    /// <summary>One whole message.</summary>
    public async Task<(char Type, byte[] Body)> ReadAsync(CancellationToken cancellationToken)
    {
        var (type, length) = await ReadHeaderAsync(cancellationToken);
        var body = new byte[length];
        await _stream.ReadExactlyAsync(body, cancellationToken);
        return (type, body);
    }

    /// <summary>Everything up to ReadyForQuery.</summary>
    /// <exception cref="RawError">A FATAL error came.</exception>
    public async Task<IReadOnlyList<(char Type, byte[] Body)>> ReadUntilReadyAsync(CancellationToken cancellationToken)
    {
        var messages = new List<(char, byte[])>();
        while (true)
        {
            var message = await ReadAsync(cancellationToken);
            if (message.Type == 'E' && RawError.Parse(message.Body) is { IsFatal: true } error)
            {
                throw error;
            }

            messages.Add(message);
            if (message.Type == 'Z')
            {
                return messages;
            }
        }
    }

    /// <summary>Sends a query and forgets its result but for what is counted.</summary>
    /// <returns>The bytes of all DataRow and CopyData bodies.</returns>
    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await SendAsync(Query(sql), cancellationToken);
        return await CountAsync(cancellationToken);
    }

    /// <inheritdoc cref="CountAsync(string, CancellationToken)"/>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var count = 0L;
        while (true)
        {
            var (type, length) = await ReadHeaderAsync(cancellationToken);
            if (type == 'E')
            {
                var body = new byte[length];
                await _stream.ReadExactlyAsync(body, cancellationToken);
                throw RawError.Parse(body);
            }

            await DiscardAsync(length, cancellationToken);
            if (type == 'Z')
            {
                return count;
            }

            count += type is 'D' or 'd' ? length : 0;
        }
    }

    /// <summary>Has the kernel hold little of what nobody reads; otherwise it may take tens of megabytes.</summary>
    public void ReceiveLittle() => _socket.ReceiveBufferSize = 64 * 1024;

    /// <summary>Resets the connection, as a machine that lost its power seems to.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    private static async Task<RawClient> ConnectAsync(ProxyHost proxy, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", proxy.Port, cancellationToken);
        var plain = new NetworkStream(socket, ownsSocket: false);
        await plain.WriteAsync(new byte[] { 0, 0, 0, 8, 4, 210, 22, 47 }, cancellationToken);
        var answer = new byte[1];
        await plain.ReadExactlyAsync(answer, cancellationToken);
        if (answer[0] != 'S')
        {
            throw new InvalidDataException("The proxy speaks no TLS.");
        }

        using var authority = X509CertificateLoader.LoadCertificateFromFile(proxy.AuthorityPath);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        var output = new GatheringStream(plain);
        var stream = new SslStream(output, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = ProxyHost.Host, CertificateChainPolicy = policy }, cancellationToken);
        return new RawClient(socket, output, stream);
    }

    private static byte[] Startup(int minor, params ReadOnlySpan<string> pairs)
    {
        var body = new List<byte>();
        foreach (var text in pairs)
        {
            body.AddRange(Text(text));
        }

        return [.. Int32(body.Count + 9), .. Int32(0x0003_0000 | minor), .. body, 0];
    }

    private static byte[] Concat(ReadOnlySpan<byte[]> parts)
    {
        var all = new List<byte>();
        foreach (var part in parts)
        {
            all.AddRange(part);
        }

        return [.. all];
    }
}
