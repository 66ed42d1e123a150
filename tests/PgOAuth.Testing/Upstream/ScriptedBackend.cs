using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PgOAuth.Testing.Upstream;

/// <summary>A PostgreSQL server that says exactly what a test tells it to, over any stream. Not thread-safe.</summary>
public sealed class ScriptedBackend(Stream stream) : IAsyncDisposable
{
    /// <summary>The bare or TLS stream.</summary>
    public Stream Stream { get; private set; } = stream;

    /// <summary>Reads a message without a type byte (startup, SSLRequest, CancelRequest) and gives what follows its length.</summary>
    public async Task<byte[]> ReadUntypedAsync()
    {
        var header = new byte[4];
        await Stream.ReadExactlyAsync(header);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header) - 4];
        await Stream.ReadExactlyAsync(body);
        return body;
    }

    /// <summary>Reads one message.</summary>
    public async Task<(char Type, byte[] Body)> ReadAsync()
    {
        var type = new byte[1];
        await Stream.ReadExactlyAsync(type);
        return ((char)type[0], await ReadUntypedAsync());
    }

    /// <summary>Reads one message and insists on its type.</summary>
    public async Task<byte[]> ExpectAsync(char type)
    {
        var message = await ReadAsync();
        return message.Type == type
            ? message.Body
            : throw new InvalidOperationException($"Expected message '{type}', got '{message.Type}'.");
    }

    /// <summary>Reads SSLRequest and answers with the given bytes.</summary>
    public async Task AnswerSslRequestAsync(ReadOnlyMemory<byte> answer)
    {
        var request = await ReadUntypedAsync();
        if (request is not [0x04, 0xd2, 0x16, 0x2f])
        {
            throw new InvalidOperationException("Expected SSLRequest.");
        }

        await SendRawAsync(answer);
    }

    /// <summary>Makes the TLS handshake as the server.</summary>
    public async Task StartTlsAsync(X509Certificate2 certificate, bool alpn = true)
    {
        var tls = new SslStream(Stream);
        Stream = tls;
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ApplicationProtocols = alpn ? [new SslApplicationProtocol("postgresql")] : null,
        });
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await Stream.WriteAsync(bytes);
        await Stream.FlushAsync();
    }

    /// <summary>Sends one message.</summary>
    public Task SendAsync(char type, params byte[] body) => SendRawAsync(BackendMessages.Message(type, body));

    /// <summary>Sends several whole messages at once.</summary>
    public Task SendAsync(params byte[][] messages) => SendRawAsync(messages.SelectMany(static m => m).ToArray());

    /// <summary>Reads until the peer closes.</summary>
    public async Task WaitForCloseAsync()
    {
        var buffer = new byte[4096];
        while (await Stream.ReadAsync(buffer) > 0)
        {
        }
    }

    /// <summary>The parameters of a StartupMessage.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ParseStartup(ReadOnlySpan<byte> startup)
    {
        var fields = Encoding.UTF8.GetString(startup[4..]).Split('\0');
        return [.. fields.Chunk(2).Where(static pair => pair.Length == 2 && pair[0].Length > 0).Select(static pair => KeyValuePair.Create(pair[0], pair[1]))];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
