using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Protocol.Frontend;
using PgOAuth.Sessions;
using PgOAuth.Startup;
using PgOAuth.Transport;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>A session of the admin database: what a server and the relay are to other sessions. No byte of it goes to a server.</summary>
internal sealed class AdminSession : IDisposable
{
    private const int MaxMessage = 64 * 1024;

    private readonly MessageChannel _client;
    private readonly AdminProtocol _protocol;
    private readonly CancellationTokenSource _drain = new();
    private CancellationTokenSource? _command;

    internal AdminSession(MessageChannel client, AdminDesk desk)
    {
        _client = client;
        _protocol = new AdminProtocol(client.Output, desk);
    }

    /// <summary>What a session gets where the database would have to be, whether the name is reserved or not.</summary>
    internal static SessionFailure NoSuchDatabase(string database) => new(SessionEndReason.DatabaseNotRouted, "the admin scope is missing")
    {
        ClientMessage = $"database \"{SafeText.Clean(database)}\" is not available here",
    };

    /// <summary>Ends the session once the running command is over.</summary>
    internal void Drain()
    {
        try
        {
            _drain.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The session ended by itself in the meantime.
        }
    }

    /// <summary>A CancelRequest: gives up waiting, as PAUSE does for long.</summary>
    internal ValueTask<bool> CancelAsync(CancellationToken cancellationToken)
    {
        try
        {
            Volatile.Read(ref _command)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command ended by itself in the meantime.
        }

        return ValueTask.FromResult(true);
    }

    /// <summary>What a client expects between its token and its first command.</summary>
    internal async ValueTask GreetAsync(StartupParameters startup, CancelKey key, CancellationToken cancellationToken)
    {
        var output = _client.Output;
        Protocol.Backend.Authentication.Write(output, Protocol.Backend.Authentication.Ok);

        // Drivers choose by the number what they may ask for, and psql which warning to print: a server of today, then what it is.
        AdminReplies.WriteParameter(output, "server_version", $"18.0 (PgOAuth {ProxyVersion.Text})");
        AdminReplies.WriteParameter(output, "server_encoding", "UTF8");
        AdminReplies.WriteParameter(output, "client_encoding", "UTF8");
        AdminReplies.WriteParameter(output, "DateStyle", "ISO, MDY");
        AdminReplies.WriteParameter(output, "IntervalStyle", "postgres");
        AdminReplies.WriteParameter(output, "TimeZone", "UTC");
        AdminReplies.WriteParameter(output, "integer_datetimes", "on");
        AdminReplies.WriteParameter(output, "standard_conforming_strings", "on");
        AdminReplies.WriteParameter(output, "is_superuser", "off");
        AdminReplies.WriteParameter(output, "session_authorization", startup.User);
        BackendKeyData.Write(output, key.ProcessId, key.Secret);
        ReadyForQuery.Write(output, ReadyForQuery.Idle);
        await _client.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Serves commands until the client leaves, the session is stopped, or a command is refused.</summary>
    internal async ValueTask<SessionFailure> RunAsync(CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _drain.Token);
        while (true)
        {
            FrameReadStatus read;
            try
            {
                read = await _client.ReadFrameAsync(MaxMessage, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return new SessionFailure(SessionEndReason.ProxyStopping);
            }

            var end = read switch
            {
                FrameReadStatus.Frame => await HandleAsync(stop).ConfigureAwait(false),
                FrameReadStatus.InvalidLength => new SessionFailure(SessionEndReason.ProtocolViolation, "length of a message"),
                _ => new SessionFailure(SessionEndReason.ClientDisconnected),
            };
            if (end is not null)
            {
                return end;
            }
        }
    }

    public void Dispose() => _drain.Dispose();

    private async ValueTask<SessionFailure?> HandleAsync(CancellationToken stop)
    {
        switch (_client.Frame.Type)
        {
            case MessageTypes.Frontend.Query:
                return TryReadQuery(out var commands)
                    ? await CommandAsync(token => _protocol.QueryAsync(commands, token), flush: true, stop).ConfigureAwait(false)
                    : Malformed();
            case MessageTypes.Frontend.Execute:
                return AdminText.TryReadExecute(_client.Frame.Body, out var portal, out var most)
                    ? await CommandAsync(token => _protocol.ExecuteAsync(portal, most, token), flush: false, stop).ConfigureAwait(false)
                    : Malformed();
            case MessageTypes.Frontend.Sync:
                _protocol.Sync();
                await _client.FlushAsync(stop).ConfigureAwait(false);
                return null;
            case MessageTypes.Frontend.Flush:
                await _client.FlushAsync(stop).ConfigureAwait(false);
                return null;
            case MessageTypes.Frontend.Terminate:
                return new SessionFailure(SessionEndReason.ClientTerminated);
            default:
                return _protocol.Handle(_client.Frame) ? null : Malformed();
        }
    }

    private async ValueTask<SessionFailure?> CommandAsync(Func<CancellationToken, ValueTask<SessionFailure?>> run, bool flush, CancellationToken stop)
    {
        using var command = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Volatile.Write(ref _command, command);
        try
        {
            // A list of ten thousand clients, or certificates that are read again: nothing for a loop that others live on.
            await EventLoop.Leave();
            var end = await run(command.Token).ConfigureAwait(false);
            if (flush || end is not null)
            {
                await _client.FlushAsync(stop).ConfigureAwait(false);
            }

            return end;
        }
        finally
        {
            Volatile.Write(ref _command, null);
        }
    }

    private bool TryReadQuery(out IReadOnlyList<AdminCommand>? commands)
    {
        if (!Query.TryParse(_client.Frame, out var query))
        {
            commands = null;
            return false;
        }

        commands = AdminCommandParser.TryParse(query.Sql);
        return true;
    }

    private SessionFailure Malformed() => new(SessionEndReason.ProtocolViolation, $"message {(char)_client.Frame.Type} in the admin database");
}
