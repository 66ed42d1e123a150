namespace PgOAuth.Relay;

/// <summary>Stage 6: a session's own server connection, given to it at login and closed with it.</summary>
internal sealed class OwnServer : IServerSource
{
    public bool IsGivenBackWhenIdle => false;

    public ValueTask<ServerLink> TakeAsync(SessionRelay session, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The session has its connection from the start.");

    public ServerNeeds Prepare(SessionRelay session) => default;

    public void GiveBack(ServerLink server) => Discard(server);

    public void Discard(ServerLink server) => server.Close();

    public bool TryCancelWait() => false;
}
