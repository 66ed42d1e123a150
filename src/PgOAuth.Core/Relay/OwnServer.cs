namespace PgOAuth.Relay;

/// <summary>Stage 6: a session's own server connection, given to it at login and closed with it.</summary>
internal sealed class OwnServer(ServerLink link) : IServerSource
{
    public bool IsShared => false;

    public bool IsGivenBackWhenIdle => false;

    public void Begin(SessionRelay session)
    {
        session.Attach(link, default);
        link.Start();
    }

    public ValueTask<ServerLink> TakeAsync(SessionRelay session, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The session has its connection from the start.");

    public ServerNeeds Prepare(SessionRelay session) => default;

    public void GiveBack(ServerLink server) => link.Close();

    public void Discard(ServerLink server) => link.Close();

    public bool TryCancelWait() => false;

    public void Dispose() => link.Close();
}
