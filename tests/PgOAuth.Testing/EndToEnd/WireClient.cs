using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace PgOAuth.Testing.EndToEnd;

/// <summary>A client that logs in with a token as the password and then only moves bytes. Blocks; allocates nothing after the login.</summary>
public sealed class WireClient : IDisposable
{
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

    private readonly TcpClient _connection;
    private readonly byte[] _header = new byte[5];
    private byte[] _buffer = new byte[4096];
    private Stream _stream;

    /// <summary>Connects. With TLS, any certificate will do: it is the proxy that is looked at.</summary>
    public WireClient(int port, bool tls)
    {
        _connection = new TcpClient("127.0.0.1", port) { NoDelay = true };
        _stream = _connection.GetStream();
        if (tls)
        {
            StartTls();
        }
    }

    /// <summary>Logs in.</summary>
    /// <returns>Null when the server is ready; else the SQLSTATE of the refusal.</returns>
    public string? LogIn(string user, string database, string token)
    {
        _stream.Write(FrontendMessages.Startup(("user", user), ("database", database)));
        while (true)
        {
            var body = ReadMessage();
            switch ((char)_header[0])
            {
                case 'R' when BinaryPrimitives.ReadInt32BigEndian(body) == 3:
                    _stream.Write(FrontendMessages.Password(token));
                    break;
                case 'E':
                    return Encoding.UTF8.GetString(body).Split('\0').First(static field => field.StartsWith('C'))[1..];
                case 'Z':
                    return null;
                case 'R' or 'S' or 'K' or 'N':
                    break;
                default:
                    throw new InvalidOperationException($"Unexpected message '{(char)_header[0]}' during login.");
            }
        }
    }

    /// <summary>Sends a request and reads as many bytes as its reply must have.</summary>
    /// <returns>The reply; valid until the next one.</returns>
    public ReadOnlySpan<byte> RoundTrip(byte[] request, int replyLength)
    {
        if (_buffer.Length < replyLength)
        {
            _buffer = new byte[replyLength];
        }

        _stream.Write(request);
        _stream.ReadExactly(_buffer, 0, replyLength);
        return _buffer.AsSpan(0, replyLength);
    }

    /// <summary>Says goodbye and waits until the server has closed.</summary>
    public void LogOut()
    {
        _stream.Write(FrontendMessages.Terminate);
        while (_stream.Read(_buffer) > 0)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _connection.Dispose();
    }

    private void StartTls()
    {
        _stream.Write(SslRequest);
        if (_stream.ReadByte() != 'S')
        {
            throw new AuthenticationException("The server does not do TLS.");
        }

        var tls = new SslStream(_stream);
        _stream = tls;
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
#pragma warning disable CA5359 // Deliberate: a scripted client.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        });
    }

    private ReadOnlySpan<byte> ReadMessage()
    {
        _stream.ReadExactly(_header);
        var body = _buffer.AsSpan(0, BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1)) - 4);
        _stream.ReadExactly(body);
        return body;
    }
}
