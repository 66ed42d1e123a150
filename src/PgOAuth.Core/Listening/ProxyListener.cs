using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;

namespace PgOAuth.Listening;

/// <summary>Stage 1: one listening socket and its accept loop.</summary>
internal sealed class ProxyListener : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly Socket _socket;
    private readonly Action<Socket, EndpointSnapshot> _accepted;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    private ProxyListener(Socket socket, EndpointSnapshot endpoint, Action<Socket, EndpointSnapshot> accepted, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        _accepted = accepted;
        _time = time;
        _logger = logger;
        Endpoint = endpoint;
        LocalEndPoint = socket.LocalEndPoint!;
    }

    internal EndpointSnapshot Endpoint { get; }

    /// <summary>Where it listens, with the port that was taken when 0 was asked for.</summary>
    internal EndPoint LocalEndPoint { get; }

    /// <summary>Ends with an error when accepting is over for good; the proxy then stops rather than hang.</summary>
    internal Task Completion => _loop;

    /// <summary>Binds and listens; nothing is accepted before <see cref="Start"/>.</summary>
    /// <exception cref="SocketException">The address is in use or not ours.</exception>
    internal static ProxyListener Bind(EndPoint address, EndpointSnapshot endpoint, Action<Socket, EndpointSnapshot> accepted, TimeProvider time, ILogger logger)
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

            socket.Bind(address);
            socket.Listen(512);
            return new ProxyListener(socket, endpoint, accepted, time, logger);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal void Start()
    {
        Log.ListeningStarted(_logger, LocalEndPoint.ToString()!);
        _loop = Task.Run(AcceptAsync);
    }

    public async ValueTask DisposeAsync()
    {
        var name = LocalEndPoint.ToString()!;
        var path = LocalEndPoint is UnixDomainSocketEndPoint ? name : null;
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (path is not null)
        {
            File.Delete(path);
        }

        _stop.Dispose();
        Log.ListeningStopped(_logger, name);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                Socket client;
                try
                {
                    client = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                }
                catch (SocketException error) when (IsTransient(error.SocketErrorCode))
                {
                    // Out of file descriptors or memory, or the peer left: others wait in the backlog meanwhile (E14).
                    Log.AcceptFailed(_logger, Endpoint.Address, error.SocketErrorCode.ToString());
                    await Task.Delay(RetryDelay, _time, _stop.Token).ConfigureAwait(false);
                    continue;
                }

                _accepted(client, Endpoint);
            }
        }
        catch (Exception error) when (_stop.IsCancellationRequested && error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
        catch (Exception error)
        {
            Log.AcceptLoopDied(_logger, error, Endpoint.Address);
            throw;
        }
    }

    private static bool IsTransient(SocketError error) => error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable
        or SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.NetworkDown or SocketError.HostDown
        or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TimedOut or SocketError.Interrupted or SocketError.TryAgain;

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
