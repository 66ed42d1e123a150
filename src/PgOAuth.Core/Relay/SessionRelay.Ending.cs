using PgOAuth.Sessions;
using PgOAuth.Transport;

namespace PgOAuth.Relay;

/// <content>How a session ends: what becomes of its work and of its server connection.</content>
internal sealed partial class SessionRelay
{
    private static readonly TimeSpan AbandonedTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Which side broke. What the server said before it closed may still be on its way and says more than the error.</summary>
    private async ValueTask ExplainAsync(Exception error)
    {
        if (_isSending && _server is { } server)
        {
            await Task.WhenAny(server.Completion, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
            _end ??= server.Failure ?? new SessionFailure(SessionEndReason.UpstreamDisconnected, error.GetType().Name);
        }
        else
        {
            _end ??= new SessionFailure(SessionEndReason.ClientDisconnected, error.GetType().Name);
        }
    }

    /// <summary>Gives the server connection back when it is whole, and closes it otherwise.</summary>
    private async ValueTask LeaveServerAsync()
    {
        if (_server is not { } server)
        {
            return;
        }

        await EventLoop.Enter(server.Upstream.Loop);
        var isAtRest = IsAtRest(server);
        if (!server.IsClientWhole)
        {
            // What is being written must not be given back under the writer.
            CanTellClient = false;
            _connection?.Abort();
        }

        Detach();
        if (isAtRest && server is { IsUsable: true, Conversation.IsAccountable: true })
        {
            _step.Gate?.ServerIdle();
            _servers.GiveBack(server);
            return;
        }

        if (server.IsUsable && server.Conversation.IsBusy)
        {
            await CancelAbandonedAsync(server).ConfigureAwait(false);
            await EventLoop.Enter(server.Upstream.Loop);
        }

        // Definitions that were under way are done by now, or never will be.
        _step.Gate?.ServerIdle();
        _servers.Discard(server);
    }

    /// <summary>
    /// The client said goodbye behind work of its own, which PostgreSQL would finish first. But not for as long as it likes: who leaves must
    /// not keep server connections busy.
    /// </summary>
    private async ValueTask FinishAsync()
    {
        if (_server is not { Conversation.Replies.IsFinishing: true })
        {
            return;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        timeout.CancelAfter(FarewellTimeout);
        try
        {
            while (_server is { IsUsable: true, Conversation.Replies.IsFinishing: true })
            {
                await WhenAnswered(timeout.Token).ConfigureAwait(false);
                await EventLoop.Enter(_connection?.Loop);
            }
        }
        catch (OperationCanceledException)
        {
            // It is cancelled, as whatever is left behind.
        }
    }

    /// <summary>The session ended in the middle: the server would work on for nobody until it next writes (A46).</summary>
    private static async ValueTask CancelAbandonedAsync(ServerLink server)
    {
        using var timeout = new CancellationTokenSource(AbandonedTimeout);
        try
        {
            await server.CancelAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException || ServerLink.IsConnectionError(error))
        {
            // The connection is closed next, which ends the server's work as well, only later.
        }
    }
}
