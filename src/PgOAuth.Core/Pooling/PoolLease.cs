using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Relay;
using PgOAuth.Sessions;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: one session's claim on a pool: the connection it has at the moment, or its place in the queue.</summary>
internal sealed class PoolLease : ServerSource
{
    private readonly ServerPool _pool;
    private PoolWaiter? _waiter;
    private PooledServer? _server;
    private SessionRelay? _session;

    /// <param name="pool">The session's loop's pool of a group that counts the session already.</param>
    /// <param name="principal">Who the session is.</param>
    /// <param name="database">The database as the client calls it.</param>
    /// <param name="sessionId">The session's number.</param>
    internal PoolLease(ServerPool pool, SessionPrincipal principal, string database, long sessionId)
    {
        _pool = pool;
        Principal = principal;
        Database = database;
        SessionId = sessionId;
    }

    internal SessionPrincipal Principal { get; }

    /// <summary>The database as the client calls it.</summary>
    internal string Database { get; }

    internal long SessionId { get; }

    /// <summary>What the loop counts of the database; null while the session logs in.</summary>
    internal DatabaseCounters? Counters => _session?.Conversation.Counters;

    internal ServerPool Pool => _pool;

    /// <summary>The session is still logging in: better it learns now that the server is out of reach.</summary>
    internal bool FailsFast { get; private set; }

    /// <summary>What tells the client that it waits; null when nothing does.</summary>
    internal Task? Notice { get; set; }

    private PoolWaiter Waiter => _waiter ??= new PoolWaiter(this);

    /// <summary>May be read from anywhere.</summary>
    internal bool IsWaiting => _waiter is { IsWaiting: true };

    /// <summary>How long it has been waiting. May be read from anywhere.</summary>
    internal TimeSpan Wait => _waiter is { IsWaiting: true } waiter ? _pool.Group.Time.GetElapsedTime(waiter.Since) : TimeSpan.Zero;

    /// <summary>The connection it has. May be read from anywhere.</summary>
    internal PooledServer? Server => Volatile.Read(ref _server);

    internal override bool IsShared => true;

    internal override bool IsGivenBackWhenIdle => _pool.Group.Key.Route.Mode == PoolMode.Transaction;

    /// <summary>What a new session is told of the server's settings; opens a connection when nobody knows them yet.</summary>
    /// <exception cref="NoServerException">There is none.</exception>
    internal async ValueTask<ReportedSettings> LearnSettingsAsync(CancellationToken cancellationToken)
    {
        if (_pool.Group.Settings is { } known)
        {
            return known;
        }

        FailsFast = true;
        var server = await TakeAsync(cancellationToken).ConfigureAwait(false);
        FailsFast = false;
        GiveBack(server);
        return _pool.Group.Settings!;
    }

    internal override void Begin(SessionRelay session) => _session = session;

    internal override ValueTask<ServerLink> TakeAsync(CancellationToken cancellationToken) =>
        _pool.TryTake(this, out var server) ? new ValueTask<ServerLink>(Keep(server)) : _pool.WaitAsync(Waiter, cancellationToken);

    /// <summary>The session has this connection from now on.</summary>
    internal ServerLink Keep(PooledServer server)
    {
        Volatile.Write(ref _server, server);
        return server.Link;
    }

    internal override ServerNeeds Prepare(SessionRelay session) => _server!.Prepare(Principal, session.Conversation.Settings);

    internal override void GiveBack(ServerLink server)
    {
        var pooled = _server!;
        Volatile.Write(ref _server, null);
        pooled.Pool.GiveBack(pooled);
    }

    internal override void Discard(ServerLink server)
    {
        var pooled = _server!;
        Volatile.Write(ref _server, null);
        pooled.Pool.Discard(pooled);
    }

    /// <summary>Ends the wait; false when the session does not wait.</summary>
    internal override bool TryCancelWait()
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
        if (_session is { } session)
        {
            Notice = TellAsync(session);
        }

        static async Task TellAsync(SessionRelay session)
        {
            try
            {
                using var notice = new MessageWriter();
                ErrorResponse.WriteNotice(notice, "waiting for a connection to the database server", "All connections of the proxy's pool are in use, or the server does not answer.");

                // Until it is out, nothing else may be said: it would land inside.
                session.CanTellClient = false;
                await session.Stream.WriteAsync(notice.WrittenMemory, session.Stopping).ConfigureAwait(false);
                session.CanTellClient = true;
            }
            catch (Exception error) when (error is OperationCanceledException || ServerLink.IsConnectionError(error))
            {
                // The session learns by itself that its client is gone.
            }
        }
    }

    /// <summary>Ends the session over a transaction that it leaves open (E27).</summary>
    internal void EndIdleTransaction() => _session?.End(new SessionFailure(SessionEndReason.IdleTransactionTimeout));

    /// <summary>The session is over. It gave its connection back, unless it ended by a defect.</summary>
    public override void Dispose()
    {
        if (Server is not null)
        {
            _pool.Loop.Post(static self => ((PoolLease)self!).Abandon(), this);
        }

        _pool.Group.SessionRemoved();
    }

    private void Abandon()
    {
        if (_server is { } pooled)
        {
            pooled.Link.Detach();
            Discard(pooled.Link);
        }
    }
}
