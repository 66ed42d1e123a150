namespace PgOAuth.Relay;

/// <summary>Stage 6: where a session's server connections come from and go to: one of its own, or a pool's.</summary>
internal interface IServerSource : IDisposable
{
    /// <summary>Whether others have the connections before and after this session.</summary>
    bool IsShared { get; }

    /// <summary>Whether a connection is given back whenever the server owes nothing and no transaction is open.</summary>
    bool IsGivenBackWhenIdle { get; }

    /// <summary>The session is logged in, and its relay begins.</summary>
    void Begin(SessionRelay session);

    /// <summary>Takes a connection, waiting for one if need be.</summary>
    /// <exception cref="NoServerException">There is none, and the session ends.</exception>
    ValueTask<ServerLink> TakeAsync(SessionRelay session, CancellationToken cancellationToken);

    /// <summary>What the connection just taken needs before the session's first message.</summary>
    ServerNeeds Prepare(SessionRelay session);

    /// <summary>Ends the wait for a connection; false when there is none.</summary>
    bool TryCancelWait();

    /// <summary>Gives back a connection that owes nothing.</summary>
    void GiveBack(ServerLink server);

    /// <summary>Closes a connection that nobody can use any more.</summary>
    void Discard(ServerLink server);
}
