using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace PgOAuth.Transport.Epoll;

/// <summary>A connect that is on its way: writable means decided (man connect).</summary>
internal sealed class EpollConnector : IEpollHandler, IValueTaskSource<int>
{
    private const int Cancelled = -1;
    private const int Stopped = -2;

    private static readonly TimeSpan BacklogPause = TimeSpan.FromMilliseconds(20);

    private ManualResetValueTaskSourceCore<int> _decided;
    private bool _isDecided;

    internal static async ValueTask<TransportStream> ConnectAsync(EndPoint address, EpollLoop loop, CancellationToken cancellationToken)
    {
        var fd = Open(address);
        try
        {
            var error = Begin(fd, address);
            while (error == Libc.TryAgain)
            {
                // A Unix socket whose backlog is full says so at once (man connect); TCP would try again by itself.
                await Task.Delay(BacklogPause, cancellationToken).ConfigureAwait(false);
                await loop;
                error = Begin(fd, address);
            }

            if (error is Libc.InProgress or Libc.Interrupted)
            {
                error = await WaitAsync(fd, loop, cancellationToken).ConfigureAwait(false);
            }

            if (error != 0)
            {
                throw LinuxErrors.ToSocketException(error);
            }
        }
        catch
        {
            _ = Libc.Close(fd);
            await loop;
            throw;
        }

        var stream = new EpollStream(fd, loop, address as IPEndPoint);
        stream.Register();
        return stream;
    }

    public void OnEvents(uint events) => Decide(0);

    public void OnStopped() => Decide(Stopped);

    public int GetResult(short token) => _decided.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _decided.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _decided.OnCompleted(continuation, state, token, flags);

    private static async ValueTask<int> WaitAsync(int fd, EpollLoop loop, CancellationToken cancellationToken)
    {
        var connector = new EpollConnector();
        var key = loop.Add(fd, Libc.EpollOut | Libc.EpollEdge, connector);
        int decided;
        try
        {
            await using (cancellationToken.UnsafeRegister(_ => loop.Post(static self => ((EpollConnector)self!).Decide(Cancelled), connector), null).ConfigureAwait(false))
            {
                decided = await new ValueTask<int>(connector, connector._decided.Version).ConfigureAwait(false);
            }

            // Disposing the registration may have waited elsewhere.
            await loop;
        }
        finally
        {
            loop.Remove(fd, key);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (decided == Stopped)
        {
            throw new SocketException((int)SocketError.OperationAborted);
        }

        return Libc.PendingError(fd);
    }

    private void Decide(int result)
    {
        if (!_isDecided)
        {
            _isDecided = true;
            _decided.SetResult(result);
        }
    }

    private static int Open(EndPoint address)
    {
        var family = address is UnixDomainSocketEndPoint ? 1 : address.AddressFamily == AddressFamily.InterNetworkV6 ? 10 : 2;
        var fd = Libc.Socket(family, 1 | Libc.SocketFlags, 0);
        return fd >= 0 ? fd : throw LinuxErrors.ToSocketException(Libc.LastError);
    }

    private static int Begin(int fd, EndPoint address)
    {
        if (address is not UnixDomainSocketEndPoint)
        {
            KeepAlive(fd);
        }

        var serialized = address.Serialize();
        return Libc.Connect(fd, serialized.Buffer.Span[..serialized.Size]) == 0 ? 0 : Libc.LastError;
    }

    /// <summary>A server that vanishes without a word is noticed within half a minute: 15 s idle, then 3 probes; or 30 s of unacknowledged data.</summary>
    private static void KeepAlive(int fd)
    {
        ReadOnlySpan<(int Level, int Name, int Value)> options =
        [
            (6, 1, 1), // TCP_NODELAY
            (Libc.SolSocket, 9, 1), // SO_KEEPALIVE
            (6, 4, 15), // TCP_KEEPIDLE
            (6, 5, 5), // TCP_KEEPINTVL
            (6, 6, 3), // TCP_KEEPCNT
            (6, 18, 30_000), // TCP_USER_TIMEOUT
        ];
        foreach (var (level, name, value) in options)
        {
            Libc.SetOption(fd, level, name, value);
        }
    }
}
