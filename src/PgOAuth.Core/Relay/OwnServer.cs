namespace PgOAuth.Relay;

/// <summary>Stage 6: a session's own server connection, given to it at login and closed with it.</summary>
internal sealed class OwnServer(ServerLink link) : ServerSource
{
    internal override bool IsShared => false;

    internal override bool IsGivenBackWhenIdle => false;

    internal override void Begin(SessionRelay session)
    {
        session.Attach(link, default);
        link.Start();
    }

    internal override ValueTask<ServerLink> TakeAsync(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The session has its connection from the start.");

    internal override ServerNeeds Prepare(SessionRelay session) => default;

    internal override void GiveBack(ServerLink server) => link.Close();

    internal override void Discard(ServerLink server) => link.Close();

    internal override bool TryCancelWait() => false;

    public override void Dispose() => link.Close();
}
