using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Transport;

namespace PgOAuth.Listening;

/// <summary>Stage 1: one listening socket.</summary>
internal sealed class ProxyListener : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly Socket _socket;
    private readonly ILogger _logger;
    private IAsyncDisposable? _accepting;

    private ProxyListener(Socket socket, EndpointSnapshot endpoint, ILogger logger)
    {
        _socket = socket;
        _logger = logger;
        Endpoint = endpoint;
        LocalEndPoint = socket.LocalEndPoint!;
    }

    internal EndpointSnapshot Endpoint { get; }

    /// <summary>Where it listens, with the port that was taken when 0 was asked for.</summary>
    internal EndPoint LocalEndPoint { get; }

    /// <summary>Binds and listens; nothing is accepted before <see cref="Start"/>.</summary>
    /// <exception cref="SocketException">The address is in use or not ours.</exception>
    internal static ProxyListener Bind(EndPoint address, EndpointSnapshot endpoint, ILogger logger)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (address is UnixDomainSocketEndPoint unix)
            {
                RemoveStale(unix);
            }
            else if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // Each family has a socket of its own: "*" binds both.
                socket.DualMode = false;
            }

            SocketOptions.Apply(socket);
            socket.Bind(address);
            SocketOptions.AcceptWithData(socket);
            socket.Listen(Backlog);
            return new ProxyListener(socket, endpoint, logger);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Accepts from now on.</summary>
    /// <param name="transport">Gives connections their loops.</param>
    /// <param name="accepted">Runs on the connection's loop, and owns the connection.</param>
    /// <param name="died">Told when accepting is over for good; the proxy then stops rather than hang.</param>
    internal void Start(ITransport transport, Action<TransportStream, EndpointSnapshot> accepted, Action<Exception> died)
    {
        Log.ListeningStarted(_logger, LocalEndPoint.ToString()!);
        _accepting = transport.Accept(
            _socket,
            stream =>
            {
                try
                {
                    accepted(stream, Endpoint);
                }
                catch (Exception error)
                {
                    // A defect, not the client's doing: the next connection would fare no better.
                    stream.Dispose();
                    Log.AcceptLoopDied(_logger, error, Endpoint.Address);
                    died(error);
                }
            },
            (error, goesOn) =>
            {
                if (goesOn)
                {
                    Log.AcceptFailed(_logger, Endpoint.Address, error.SocketErrorCode.ToString());
                }
                else
                {
                    Log.AcceptLoopDied(_logger, error, Endpoint.Address);
                    died(error);
                }
            });
    }

    public async ValueTask DisposeAsync()
    {
        var name = LocalEndPoint.ToString()!;
        var path = LocalEndPoint is UnixDomainSocketEndPoint ? name : null;
        if (_accepting is not null)
        {
            await _accepting.DisposeAsync().ConfigureAwait(false);
        }

        _socket.Dispose();
        if (path is not null)
        {
            File.Delete(path);
        }

        Log.ListeningStopped(_logger, name);
    }

    /// <summary>A socket file that nobody listens on is what a crash left behind; one that answers is somebody else's.</summary>
    private static void RemoveStale(UnixDomainSocketEndPoint address)
    {
        var path = address.ToString()!;
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }
}
