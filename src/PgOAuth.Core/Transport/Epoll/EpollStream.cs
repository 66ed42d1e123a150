using System.Net;

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
    private volatile bool _isClosed;

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

    internal override bool ContinuesOnLoop
    {
        get => !_read.RunContinuationsAsynchronously;
        set => _read.RunContinuationsAsynchronously = _write.RunContinuationsAsynchronously = !value;
    }

    /// <summary>Begins to watch the socket.</summary>
    internal void Register()
    {
        if (!_isClosed)
        {
            _key = _loop.Add(_fd, Interest, this);
            _isRegistered = true;
        }
    }

    public void OnEvents(uint events)
    {
        if ((events & ~Libc.EpollOut) != 0)
        {
            _isReadable = true;
            _isEnding |= (events & (Libc.EpollReadHangUp | Libc.EpollHangUp | Libc.EpollError)) != 0;
            ContinueRead();
        }

        if ((events & ~Libc.EpollIn) != 0)
        {
            _isWritable = true;
            ContinueWrite();
        }
    }

    internal override void ShutdownSend()
    {
        if (!_isClosed)
        {
            _ = Libc.Shutdown(_fd, Libc.ShutdownWrite);
        }
    }

    internal override void Abort() => OnLoop(static stream => ((EpollStream)stream!).AbortNow());

    internal override void MoveTo(EventLoop loop, Action<object?> arrived, object? state)
    {
        if (_isRegistered)
        {
            _loop.Remove(_fd, _key);
            _isRegistered = false;
        }

        _loop.ConnectionRemoved();
        var target = (EpollLoop)loop;
        Volatile.Write(ref _loop, target);
        target.ConnectionAdded();
        target.Post(
            static move =>
            {
                var (stream, arrived, state) = ((EpollStream, Action<object?>, object?))move!;
                stream.Register();
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
            _loop.Remove(_fd, _key);
            _isRegistered = false;
        }

        _ = Libc.Close(_fd);
        _loop.ConnectionRemoved();
        FailWaiting();
    }

    private void FailWaiting()
    {
        ContinueRead();
        ContinueWrite();
    }

    private static IOException Gone() => new("The connection is closed.", new ObjectDisposedException(nameof(EpollStream)));
}
