using System.Net.Sockets;
using PgOAuth.Testing;
using PgOAuth.Testing.Upstream;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>One trusted connection to PostgreSQL, byte for byte.</summary>
internal sealed class OracleConnection : IDisposable
{
    internal const string User = "postgres";

    private readonly Socket _socket;

    private OracleConnection(Socket socket) => _socket = socket;

    /// <summary>What the server said at login.</summary>
    internal byte[] StartupMessages { get; private set; } = [];

    internal static async Task<OracleConnection> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port, cancellationToken);
        var connection = new OracleConnection(socket);
        await connection.SendAsync(FrontendMessages.Startup(("user", User), ("database", "postgres"), ("client_encoding", "UTF8")), cancellationToken);
        var startup = new List<byte>();
        while (startup.Count < 6 || startup[^6] != (byte)'Z')
        {
            startup.AddRange(await connection.ReadAsync(8192, cancellationToken));
        }

        connection.StartupMessages = [.. startup];
        return connection;
    }

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    /// <summary>What has come; empty when the server closed the connection.</summary>
    internal async Task<byte[]> ReadAsync(int most, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(10));
        var buffer = new byte[most];
        var read = await _socket.ReceiveAsync(buffer, timeout.Token);
        return buffer[..read];
    }

    /// <summary>A statement whose result does not matter.</summary>
    internal async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        // Not a Query, which would drop the unnamed statement.
        const string name = "aside";
        byte[] close = BackendMessages.Message('C', [(byte)'S', .. BackendMessages.CString(name)]);
        await SendAsync((byte[])[.. close, .. FrontendMessages.Parse(sql, name), .. FrontendMessages.Bind("", name), .. FrontendMessages.Execute(), .. FrontendMessages.Sync, .. OracleScript.End], cancellationToken);
        await ReadToEndAsync(cancellationToken);
    }

    /// <summary>Everything up to the reply of <see cref="OracleScript.End"/>.</summary>
    internal async Task<List<string>> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var transcript = new OracleTranscript();
        while (!transcript.IsAtEnd)
        {
            var read = await ReadAsync(8192, cancellationToken);
            transcript.Add(read.Length > 0 ? read : throw new EndOfStreamException("The server closed the connection behind " + string.Join(" | ", transcript.Lines)));
        }

        return transcript.Lines;
    }

    public void Dispose() => _socket.Dispose();
}
