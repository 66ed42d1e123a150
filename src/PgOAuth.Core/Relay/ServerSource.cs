namespace PgOAuth.Relay;

/// <summary>Stage 6: where a session's server connections come from and go to: one of its own, or a pool's.</summary>
internal abstract class ServerSource : IDisposable
{
    /// <summary>Whether others have the connections before and after this session.</summary>
    internal abstract bool IsShared { get; }

    /// <summary>Whether a connection is given back whenever the server owes nothing and no transaction is open.</summary>
    internal abstract bool IsGivenBackWhenIdle { get; }

    /// <summary>The session is logged in, and its relay begins.</summary>
    internal abstract void Begin(SessionRelay session);

    /// <summary>Takes a connection, waiting for one if need be.</summary>
    /// <exception cref="NoServerException">There is none, and the session ends.</exception>
    internal abstract ValueTask<ServerLink> TakeAsync(CancellationToken cancellationToken);

    /// <summary>What the connection just taken needs before the session's first message.</summary>
    internal abstract ServerNeeds Prepare(SessionRelay session);

    /// <summary>Ends the wait for a connection; false when there is none.</summary>
    internal abstract bool TryCancelWait();

    /// <summary>Gives back a connection that owes nothing.</summary>
    internal abstract void GiveBack(ServerLink server);

    /// <summary>Closes a connection that nobody can use any more.</summary>
    internal abstract void Discard(ServerLink server);

    public abstract void Dispose();
}
