using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Transport.Epoll;

/// <summary>Readiness loops on Linux.</summary>
internal sealed class EpollTransport : ITransport
{
    private readonly EpollLoop[] _loops;

    /// <param name="loops">How many.</param>
    /// <param name="faulted">Told of an exception that reached a loop.</param>
    internal EpollTransport(int loops, Action<Exception> faulted)
    {
        _loops = [.. Enumerable.Range(0, loops).Select(number => new EpollLoop(number, faulted))];
    }

    public IReadOnlyList<EventLoop> Loops => _loops;

    public IAsyncDisposable Accept(Socket listener, Action<TransportStream> accepted, Action<SocketException, bool> failed) =>
        new EpollAcceptor(listener, _loops, accepted, failed);

    public async ValueTask<TransportStream> ConnectAsync(EndPoint address, EventLoop loop, CancellationToken cancellationToken)
    {
        await loop;
        return await EpollConnector.ConnectAsync(address, (EpollLoop)loop, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops)
        {
            await loop.DisposeAsync().ConfigureAwait(false);
        }
    }
}
