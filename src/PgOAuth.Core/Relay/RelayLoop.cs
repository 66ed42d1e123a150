using PgOAuth.Sessions;
using PgOAuth.Upstream;

namespace PgOAuth.Relay;

/// <summary>Stage 6: both directions of one session, and the one reason it ends for.</summary>
internal sealed class RelayLoop : IDisposable
{
    private readonly ServerConversation _conversation;
    private readonly ClientStep _clientStep;
    private readonly ServerStep _serverStep;
    private readonly RelayPump _clientPump;
    private readonly RelayPump _serverPump;
    private readonly UpstreamConnection _upstream;
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _draining;

    internal RelayLoop(Stream client, ReadOnlySpan<byte> clientAhead, UpstreamConnection upstream, ReadOnlySpan<byte> upstreamAhead, ServerConversation conversation, ClientStep clientStep, ServerStep serverStep)
    {
        _conversation = conversation;
        _clientStep = clientStep;
        _serverStep = serverStep;
        _upstream = upstream;
        var server = upstream.Channel.Stream;
        _clientPump = new RelayPump(client, server, clientStep, clientAhead) { Gate = conversation };
        _serverPump = new RelayPump(server, client, serverStep, upstreamAhead) { Gate = conversation, ShouldStop = () => _draining && _conversation.IsIdle };
    }

    /// <summary>Whether a message of the proxy's own can still be sent to the client: nothing before it was cut short.</summary>
    internal bool CanTellClient => !_serverPump.IsDestinationTorn && _serverStep.IsAtBoundary;

    /// <summary>Ends the session when it is next idle outside a transaction; at once when it is now.</summary>
    internal void Drain()
    {
        _draining = true;
        if (_conversation.IsIdle)
        {
            Stop();
        }
    }

    /// <summary>Ends the session now.</summary>
    internal void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Lost the race against the session's own end, which is what was wanted.
        }
    }

    /// <summary>Runs until either direction ends, stops the other, and says why. Never throws for what a peer does.</summary>
    internal async Task<SessionFailure> RunAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static self => ((RelayLoop)self!).Stop(), this);
        var client = _clientPump.RunAsync(_stop.Token);
        var server = _serverPump.RunAsync(_stop.Token);
        var first = await Task.WhenAny(client, server).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        var clientEnd = await client.ConfigureAwait(false);
        var serverEnd = await server.ConfigureAwait(false);
        if (_conversation.IsBusy && !IsServerGone(clientEnd, serverEnd))
        {
            await CancelAbandonedAsync().ConfigureAwait(false);
        }

        return Explain(clientEnd, serverEnd, first == client);
    }

    public void Dispose()
    {
        _clientStep.Dispose();
        _serverStep.Dispose();
        _stop.Dispose();
    }

    private SessionFailure Explain(PumpResult client, PumpResult server, bool clientFirst)
    {
        // What a message decided comes before how a socket behaved; of two, the first.
        var (first, second) = clientFirst ? (client, server) : (server, client);
        var decided = first.End == PumpEnd.Decided ? first : second;
        if (decided.End == PumpEnd.Decided)
        {
            return new SessionFailure(decided.Reason, decided.Detail);
        }

        if (_serverStep.SawFatal)
        {
            return new SessionFailure(SessionEndReason.UpstreamTerminated);
        }

        if (IsServerGone(client, server))
        {
            return new SessionFailure(SessionEndReason.UpstreamDisconnected, server.Detail ?? client.Detail);
        }

        return IsGone(client) || server.End == PumpEnd.DestinationFailed
            ? new SessionFailure(SessionEndReason.ClientDisconnected, client.Detail ?? server.Detail)
            : new SessionFailure(SessionEndReason.ProxyStopping);
    }

    private static bool IsGone(PumpResult client) => client.End == PumpEnd.SourceClosed;

    private static bool IsServerGone(PumpResult client, PumpResult server) =>
        client.End == PumpEnd.DestinationFailed || server.End == PumpEnd.SourceClosed;

    /// <summary>The session ended in the middle: the server would work on for nobody until it next writes (A46).</summary>
    private async ValueTask CancelAbandonedAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _upstream.CancelAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            // The connection is closed next, which ends the server's work as well, only later.
        }
    }
}
