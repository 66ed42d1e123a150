using System.Net;
using System.Net.Sockets;

namespace PgOAuth.Transport.Epoll;

/// <summary>A non-blocking socket on an <see cref="EpollLoop"/>. Waiting costs no allocation and no system call beside the loop's own.</summary>
internal sealed partial class EpollStream : TransportStream, IEpollHandler
{
    private const uint Interest = Libc.EpollIn | Libc.EpollOut | Libc.EpollReadHangUp | Libc.EpollEdge;

    private readonly int _fd;
    private EpollLoop _loop;
    private ulong _key;
    private bool _isRegistered;
    private bool _isReadable = true;
    private bool _isEnding;
    private bool _isWritable = true;
    private bool _isAborted;
    private bool _isClosed;

    /// <summary>Takes a non-blocking, connected socket over; <see cref="Register"/> follows, on the loop.</summary>
    internal EpollStream(int fd, EpollLoop loop, IPEndPoint? remote)
    {
        _fd = fd;
        _loop = loop;
        RemoteEndPoint = remote;
        loop.ConnectionAdded();
    }

    internal override EventLoop Loop => _loop;

    internal override IPEndPoint? RemoteEndPoint { get; }

    internal override bool HasEnded => _isEnding || _isAborted || _isClosed;

    internal override bool ContinuesOnLoop
    {
        get => !_read.RunContinuationsAsynchronously;
        set => _read.RunContinuationsAsynchronously = _write.RunContinuationsAsynchronously = !value;
    }

    /// <summary>Begins to watch the socket; on the loop. On failure the connection is closed.</summary>
    /// <exception cref="SocketException">The loop was stopped, or the kernel has no more room.</exception>
    internal void Register()
    {
        if (_isClosed)
        {
            return;
        }

        try
        {
            _key = _loop.Add(_fd, Interest, this);
            _isRegistered = true;
        }
        catch
        {
            CloseNow();
            throw;
        }
    }

    public void OnEvents(uint events)
    {
        // All that is known is noted before anybody goes on: who does may close the connection or move it away.
        var canRead = (events & ~Libc.EpollOut) != 0;
        var canWrite = (events & ~Libc.EpollIn) != 0;
        if (canRead)
        {
            _isReadable = true;
            _isReadableAssumed = false;
            _isEnding |= (events & (Libc.EpollReadHangUp | Libc.EpollHangUp | Libc.EpollError)) != 0;
        }

        _isWritable |= canWrite;
        if (canRead)
        {
            ContinueRead();
        }

        if (canWrite)
        {
            ContinueWrite();
        }
    }

    public void OnStopped() => CloseNow();

    internal override void ShutdownSend() => OnLoop(static stream => ((EpollStream)stream!).ShutdownSendNow());

    internal override void Abort() => OnLoop(static stream => ((EpollStream)stream!).AbortNow());

    internal override void MoveTo(EventLoop loop, Action<object?> arrived, object? state)
    {
        Unregister();
        var target = (EpollLoop)loop;
        if (!_isClosed)
        {
            _loop.ConnectionRemoved();
            target.ConnectionAdded();
        }

        Volatile.Write(ref _loop, target);
        target.Post(
            static move =>
            {
                var (stream, arrived, state) = ((EpollStream, Action<object?>, object?))move!;
                try
                {
                    stream.Register();
                }
                catch (SocketException)
                {
                    // Closed: whoever uses it learns it.
                }

                arrived(state);
            },
            (this, arrived, state));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            OnLoop(static stream => ((EpollStream)stream!).CloseNow());
        }

        base.Dispose(disposing);
    }

    private void OnLoop(Action<object?> action)
    {
        if (_loop.IsCurrent)
        {
            action(this);
        }
        else
        {
            // Should it move before this runs, it is run again on the new loop.
            Volatile.Read(ref _loop).Post(static work =>
            {
                var (stream, action) = ((EpollStream, Action<object?>))work!;
                stream.OnLoop(action);
            }, (this, action));
        }
    }

    private void AbortNow()
    {
        if (!_isClosed && !_isAborted)
        {
            _isAborted = true;
            _ = Libc.Shutdown(_fd, Libc.ShutdownBoth);
            FailWaiting();
        }
    }

    private void CloseNow()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        if (_isRegistered)
        {
            _loop.Forget(_key);
            _isRegistered = false;
        }

        _ = Libc.Close(_fd);
        _loop.ConnectionRemoved();
        FailWaiting();
    }

    private void Unregister()
    {
        if (_isRegistered)
        {
            _loop.Remove(_fd, _key);
            _isRegistered = false;
        }
    }

    private void FailWaiting()
    {
        ContinueRead();
        ContinueWrite();
    }

    private static IOException Gone() => new("The connection is closed.", new ObjectDisposedException(nameof(EpollStream)));
}
