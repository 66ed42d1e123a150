using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Relay;
using PgOAuth.Sessions;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: one session's claim on a pool: the connection it has at the moment, or its place in the queue.</summary>
internal sealed class PoolLease : IServerSource
{
    private readonly ServerPool _pool;
    private PoolWaiter? _waiter;
    private PooledServer? _server;
    private SessionRelay? _session;
    private Task? _notice;

    internal PoolLease(ServerPool pool, SessionPrincipal principal)
    {
        _pool = pool;
        Principal = principal;
        pool.Group.SessionAdded();
    }

    internal SessionPrincipal Principal { get; }

    internal ServerPool Pool => _pool;

    /// <summary>The session is still logging in: better it learns now that the server is out of reach.</summary>
    internal bool FailsFast { get; private set; }

    internal PoolWaiter Waiter => _waiter ??= new PoolWaiter(this);

    internal bool IsWaiting => _waiter is { IsWaiting: true };

    internal PooledServer? Server => _server;

    public bool IsGivenBackWhenIdle => _pool.Group.Key.Route.Mode == PoolMode.Transaction;

    /// <summary>What a new session is told of the server's settings; opens a connection when nobody knows them yet.</summary>
    /// <exception cref="NoServerException">There is none.</exception>
    internal async ValueTask<ReportedSettings> LearnSettingsAsync(CancellationToken cancellationToken)
    {
        if (_pool.Group.Settings is { } known)
        {
            return known;
        }

        FailsFast = true;
        var server = await _pool.TakeAsync(this, cancellationToken).ConfigureAwait(false);
        FailsFast = false;
        _pool.GiveBack(server);
        return _pool.Group.Settings!;
    }

    public void Begin(SessionRelay session) => _session = session;

    public ValueTask<ServerLink> TakeAsync(SessionRelay session, CancellationToken cancellationToken)
    {
        var taken = _pool.TakeAsync(this, cancellationToken);
        return taken.IsCompletedSuccessfully ? new ValueTask<ServerLink>(Keep(taken.Result)) : WaitAsync(taken);
    }

    public ServerNeeds Prepare(SessionRelay session) => _server!.Prepare(Principal);

    public void GiveBack(ServerLink server)
    {
        var pooled = _server!;
        _server = null;
        pooled.Pool.GiveBack(pooled);
    }

    public void Discard(ServerLink server)
    {
        var pooled = _server!;
        _server = null;
        pooled.Pool.Discard(pooled);
    }

    /// <summary>Ends the wait; false when the session does not wait.</summary>
    public bool TryCancelWait()
    {
        if (_waiter is not { IsWaiting: true } waiter)
        {
            return false;
        }

        _pool.Remove(waiter);
        waiter.Fail(new SessionFailure(SessionEndReason.CanceledWhileWaiting));
        return true;
    }

    /// <summary>Tells the client what it waits for.</summary>
    internal void NotifyWaiting()
    {
        if (_session is { } session && _notice is null)
        {
            _notice = TellAsync(session.Stream);
        }

        static async Task TellAsync(Stream client)
        {
            try
            {
                using var notice = new MessageWriter();
                ErrorResponse.WriteNotice(notice, "waiting for a connection to the database server", "All connections of the proxy's pool are in use, or the server does not answer.");
                await client.WriteAsync(notice.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error) when (ServerLink.IsConnectionError(error))
            {
                // The session learns by itself that its client is gone.
            }
        }
    }

    public void Dispose() => _pool.Group.SessionRemoved();

    private ServerLink Keep(PooledServer server)
    {
        _server = server;
        return server.Link;
    }

    private async ValueTask<ServerLink> WaitAsync(ValueTask<PooledServer> taken)
    {
        var link = Keep(await taken.ConfigureAwait(false));
        if (_notice is { } notice)
        {
            _notice = null;
            await notice.ConfigureAwait(false);
        }

        return link;
    }
}
