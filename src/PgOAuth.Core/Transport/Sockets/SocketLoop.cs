namespace PgOAuth.Transport.Sockets;

/// <summary>A loop without a thread of its own: a serial queue on the thread pool.</summary>
internal sealed class SocketLoop(int number, Action<Exception> faulted) : EventLoop(number, faulted)
{
    protected override void Wake() => QueueTurn();
}
