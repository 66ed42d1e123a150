using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace PgOAuth.IntegrationTests.Enforcement;

/// <summary>One trusted connection that sends texts as simple queries, byte for byte, as no driver would.</summary>
internal sealed class SimpleQuerySession : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;
    private readonly byte[] _header = new byte[5];

    private SimpleQuerySession(TcpClient tcp)
    {
        _tcp = tcp;
        _stream = tcp.GetStream();
    }

    /// <summary>I, T or E: no transaction, in one, in a failed one.</summary>
    internal char Status { get; private set; }

    internal static async Task<SimpleQuerySession> OpenAsync(string host, int port, CancellationToken cancellationToken, params string[] parameters)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(host, port, cancellationToken);
        var session = new SimpleQuerySession(tcp);
        var body = Encoding.UTF8.GetBytes(string.Join('\0', parameters) + "\0\0");
        var startup = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(startup, startup.Length);
        BinaryPrimitives.WriteInt32BigEndian(startup.AsSpan(4), 196608);
        body.CopyTo(startup, 8);
        await session._stream.WriteAsync(startup, cancellationToken);
        var (_, error) = await session.ReadToReadyAsync(cancellationToken);
        return error is null ? session : throw new InvalidOperationException("The server refused the session: " + error);
    }

    /// <summary>Runs a text. The result is the values of the last row, or the error.</summary>
    internal async Task<(string?[] Row, string? Error)> RunAsync(ReadOnlyMemory<byte> sql, CancellationToken cancellationToken)
    {
        var message = new byte[sql.Length + 6];
        message[0] = (byte)'Q';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), sql.Length + 5);
        sql.CopyTo(message.AsMemory(5));
        await _stream.WriteAsync(message, cancellationToken);
        return await ReadToReadyAsync(cancellationToken);
    }

    internal Task<(string?[] Row, string? Error)> RunAsync(string sql, CancellationToken cancellationToken) =>
        RunAsync(Encoding.UTF8.GetBytes(sql), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(string?[] Row, string? Error)> ReadToReadyAsync(CancellationToken cancellationToken)
    {
        string?[] row = [];
        string? error = null;
        while (true)
        {
            await _stream.ReadExactlyAsync(_header, cancellationToken);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1)) - 4];
            await _stream.ReadExactlyAsync(body, cancellationToken);
            switch ((char)_header[0])
            {
                case 'R' when BinaryPrimitives.ReadInt32BigEndian(body) != 0:
                    throw new InvalidOperationException("The server does not trust local connections.");
                case 'D':
                    row = ReadRow(body);
                    break;
                case 'E':
                    error = Encoding.UTF8.GetString(body).Replace('\0', ' ');
                    if (error.StartsWith("SFATAL", StringComparison.Ordinal))
                    {
                        return (row, error);
                    }

                    break;
                case 'G' or 'W':
                    await _stream.WriteAsync("f\0\0\0\u0005\0"u8.ToArray(), cancellationToken);
                    break;
                case 'Z':
                    Status = (char)body[0];
                    return (row, error);
                default:
                    break;
            }
        }
    }

    private static string?[] ReadRow(ReadOnlySpan<byte> body)
    {
        var row = new string?[BinaryPrimitives.ReadInt16BigEndian(body)];
        body = body[2..];
        for (var i = 0; i < row.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body);
            body = body[4..];
            if (length >= 0)
            {
                row[i] = Encoding.UTF8.GetString(body[..length]);
                body = body[length..];
            }
        }

        return row;
    }
}
