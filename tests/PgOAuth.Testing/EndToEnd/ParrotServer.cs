using PgOAuth.Testing.Relay;
using PgOAuth.Testing.Upstream;

namespace PgOAuth.Testing.EndToEnd;

/// <summary>A scripted PostgreSQL that trusts everybody, passes the role inspection, and answers every request with one reply.</summary>
public sealed class ParrotServer : IAsyncDisposable
{
    /// <summary>Whom the proxy logs in as.</summary>
    public const string ServiceUser = "service";

    /// <summary>Whom every session becomes.</summary>
    public const string Role = "analyst";

    private readonly RelayConversation _conversation;
    private readonly ScriptedServer _server;

    /// <summary>Starts to listen.</summary>
    public ParrotServer(RelayConversation conversation)
    {
        _conversation = conversation;
        _server = new ScriptedServer(RunAsync);
    }

    /// <summary>The port on the loopback address.</summary>
    public int Port => _server.Port;

    private static byte[] Settled { get; } =
    [
        .. BackendMessages.AuthenticationOk,
        .. BackendMessages.ParameterStatus("server_version", "18.1"),
        .. BackendMessages.ParameterStatus("client_encoding", "UTF8"),
        .. BackendMessages.ParameterStatus("standard_conforming_strings", "on"),
        .. BackendMessages.BackendKeyData(4711, 1, 2, 3, 4),
        .. BackendMessages.ReadyForQuery(),
    ];

    private static byte[] Inspection { get; } =
    [
        .. BackendMessages.RowDescription("current_user", "session_user", "c", "s"),
        .. BackendMessages.DataRow(Role, ServiceUser, "f", "f"),
        .. BackendMessages.CommandComplete("SELECT 1"),
        .. BackendMessages.ReadyForQuery(),
    ];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task RunAsync(ScriptedBackend backend)
    {
        await backend.ReadUntypedAsync();
        await backend.SendRawAsync(Settled);

        // Reads without allocating, so that what a benchmark measures is the proxy.
        var buffer = new byte[4096];
        var received = 0;
        while (await backend.Stream.ReadAsync(buffer) is > 0 and var count)
        {
            if (received == 0 && buffer.AsSpan(0, count).IndexOf("pg_roles"u8) >= 0)
            {
                await backend.Stream.WriteAsync(Inspection);
                continue;
            }

            if (received == 0 && buffer[0] == (byte)'X')
            {
                return;
            }

            for (received += count; received >= _conversation.Request.Length; received -= _conversation.Request.Length)
            {
                await backend.Stream.WriteAsync(_conversation.Reply);
            }
        }
    }
}
