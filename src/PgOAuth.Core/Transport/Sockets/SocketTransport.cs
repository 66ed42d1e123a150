using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Transport.Sockets;

/// <summary>.NET's asynchronous sockets and pipes: every system.</summary>
internal sealed class SocketTransport : ITransport
{
    private readonly ConcurrentDictionary<SocketStream, SocketLoop> _open = new();
    private volatile bool _isDisposed;

    /// <param name="loops">How many.</param>
    /// <param name="faulted">Told of an exception that reached a loop.</param>
    internal SocketTransport(int loops, Action<Exception> faulted)
    {
        SocketLoops = [.. Enumerable.Range(0, loops).Select(number => new SocketLoop(number, faulted))];
    }

    public IReadOnlyList<EventLoop> Loops => SocketLoops;

    internal SocketLoop[] SocketLoops { get; }

    public IAsyncDisposable Accept(Socket listener, Action<TransportStream> accepted, Action<SocketException, bool> failed) =>
        new SocketAcceptor(listener, this, accepted, failed);

    public async ValueTask<TransportStream> ConnectAsync(EndPoint address, EventLoop loop, CancellationToken cancellationToken)
    {
        Socket socket;
        try
        {
            socket = await SocketConnector.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await loop;
        }

        var stream = Own(socket, (SocketLoop)loop, address as IPEndPoint);
        if (_isDisposed)
        {
            throw new SocketException((int)SocketError.OperationAborted);
        }

        stream.Start();
        return stream;
    }

    /// <summary>Closes the connections that are still open.</summary>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        foreach (var stream in _open.Keys)
        {
            stream.Dispose();
        }

        return default;
    }

    /// <summary>Makes a connection of a socket. After the end, a closed one.</summary>
    internal SocketStream Own(Socket socket, SocketLoop loop, IPEndPoint? remote)
    {
        var stream = new SocketStream(socket, loop, remote, closed => _open.TryRemove(closed, out _));
        _open[stream] = loop;
        if (_isDisposed)
        {
            stream.Dispose();
        }

        return stream;
    }
}
