using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Transport;

/// <summary>The loops of one proxy, and the ways onto them: accepting and dialing.</summary>
internal interface ITransport : IAsyncDisposable
{
    IReadOnlyList<EventLoop> Loops { get; }

    /// <summary>
    /// Accepts connections of a listening socket until disposed, each on the loop it will live on. Disposing waits for
    /// accepting to stop; the socket stays the caller's.
    /// </summary>
    /// <param name="listener">Bound and listening.</param>
    /// <param name="accepted">Runs on the connection's loop, and owns the connection.</param>
    /// <param name="failed">Told of each failed accept and whether accepting goes on after a pause. From any thread.</param>
    IAsyncDisposable Accept(Socket listener, Action<TransportStream> accepted, Action<SocketException, bool> failed);

    /// <summary>Connects to an address; the connection lives on <paramref name="loop"/>.</summary>
    /// <exception cref="SocketException">The address did not answer.</exception>
    ValueTask<TransportStream> ConnectAsync(EndPoint address, EventLoop loop, CancellationToken cancellationToken);
}
