using System.Threading.Tasks.Sources;

namespace PgOAuth.Transport.Epoll;

/// <content>The reading half.</content>
internal sealed partial class EpollStream : IValueTaskSource<int>
{
    /// <summary>Reads in a row that did not have to wait; then others get their turn.</summary>
    private const int MaxReadsAtOnce = 32;

    private ManualResetValueTaskSourceCore<int> _read;
    private CancellationTokenRegistration _readCancellation;
    private CancellationToken _readToken;
    private Memory<byte> _readBuffer;
    private int _readsAtOnce;

    /// <summary>Who waits for something to read, without a buffer and without a token.</summary>
    private Action? _waiting;
    private bool _isWaitCancelled;

    /// <summary>Written by the reader, who may be anywhere.</summary>
    private bool _isReading;

    /// <summary>Whether the loop knows of the reader.</summary>
    private bool _isReadBegun;

    /// <summary>Nobody said that there is something; there may be.</summary>
    private bool _isReadableAssumed = true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (_isReading)
        {
            throw new InvalidOperationException("Somebody reads already.");
        }

        if (!_loop.IsCurrent)
        {
            PrepareRead(buffer, cancellationToken);
            Volatile.Read(ref _loop).Post(static stream => ((EpollStream)stream!).BeginRead(), this);
            return new ValueTask<int>(this, _read.Version);
        }

        var isTurnOver = _readsAtOnce >= MaxReadsAtOnce;
        if (!isTurnOver && TryRead(buffer, out var read, out var error))
        {
            _readsAtOnce++;
            return error is null ? new ValueTask<int>(read) : ValueTask.FromException<int>(error);
        }

        PrepareRead(buffer, cancellationToken);
        WatchRead();
        if (isTurnOver)
        {
            _loop.Post(static stream => ((EpollStream)stream!).ContinueRead(), this);
        }

        return new ValueTask<int>(this, _read.Version);
    }

    private protected override bool IsReadable => TryRead(Memory<byte>.Empty, out _, out _);

    private protected override void WhenReadable(Action continuation)
    {
        if (_isReading)
        {
            throw new InvalidOperationException("Somebody reads already.");
        }

        _readsAtOnce = 0;
        _isReading = true;
        _isWaitCancelled = false;
        _waiting = continuation;
    }

    private protected override void EndWait()
    {
        if (_isWaitCancelled)
        {
            _isWaitCancelled = false;
            throw new OperationCanceledException();
        }
    }

    internal override void CancelRead() => OnLoop(static stream => ((EpollStream)stream!).CancelReadNow());

    private void CancelReadNow()
    {
        if (_waiting is not null)
        {
            _isWaitCancelled = true;
            EndWaiting();
        }
        else if (_isReadBegun)
        {
            EndRead();
            _read.SetException(new OperationCanceledException());
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private void PrepareRead(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _read.Reset();
        _readBuffer = buffer;
        _readToken = cancellationToken;
        _isReading = true;
    }

    private void WatchRead()
    {
        _readsAtOnce = 0;
        _isReadBegun = true;
        if (_readToken.CanBeCanceled)
        {
            _readCancellation = _readToken.UnsafeRegister(static (stream, token) => ((EpollStream)stream!).CancelRead(token), this);
        }
    }

    private void BeginRead()
    {
        if (!_loop.IsCurrent)
        {
            _loop.Post(static stream => ((EpollStream)stream!).BeginRead(), this);
            return;
        }

        WatchRead();
        ContinueRead();
    }

    private void EndWaiting()
    {
        var waiting = _waiting!;
        _waiting = null;
        _isReading = false;
        waiting();
    }

    private void ContinueRead()
    {
        if (_waiting is not null)
        {
            EndWaiting();
            return;
        }

        if (!_loop.IsCurrent)
        {
            _loop.Post(static stream => ((EpollStream)stream!).ContinueRead(), this);
            return;
        }

        if (_isReadBegun && TryRead(_readBuffer, out var read, out var error))
        {
            EndRead();
            if (error is null)
            {
                _read.SetResult(read);
            }
            else
            {
                _read.SetException(error);
            }
        }
    }

    private void EndRead()
    {
        _isReadBegun = false;
        _isReading = false;
        _readBuffer = default;
        _readToken = default;
        _readCancellation.Unregister();
        _readCancellation = default;
    }

    private bool TryRead(Memory<byte> buffer, out int read, out Exception? error)
    {
        read = 0;
        error = null;
        if (_isClosed || _isAborted)
        {
            error = Gone();
            return true;
        }

        if (!_isReadable)
        {
            return false;
        }

        // Whoever waits without a buffer is answered when there is something, not when there may be.
        if (buffer.IsEmpty && !_isReadableAssumed)
        {
            return true;
        }

        nint count;
        do
        {
            count = buffer.IsEmpty ? Libc.Peek(_fd) : Libc.Receive(_fd, buffer.Span);
        }
        while (count == -Libc.Interrupted);

        if (count < 0)
        {
            var number = (int)-count;
            if (number == Libc.TryAgain)
            {
                _isReadable = false;
                return false;
            }

            error = LinuxErrors.ToIOException(number);
            return true;
        }

        if (buffer.IsEmpty)
        {
            _isReadableAssumed = false;
            return true;
        }

        // Less than asked for: the socket is empty, and the next bytes raise an event (man epoll). The end, once it is announced, raises none.
        _isReadable = count == buffer.Length || _isEnding;
        _isReadableAssumed = true;
        read = (int)count;
        return true;
    }

    private void CancelRead(CancellationToken token) => _loop.Post(
        static work =>
        {
            var (stream, token) = ((EpollStream, CancellationToken))work!;
            stream.CancelReadNow(token);
        },
        (this, token));

    /// <summary>Ends the read that was begun with this token; by now it may be another one's turn.</summary>
    private void CancelReadNow(CancellationToken token)
    {
        if (!_loop.IsCurrent)
        {
            CancelRead(token);
        }
        else if (_isReadBegun && _readToken == token)
        {
            EndRead();
            _read.SetException(new OperationCanceledException(token));
        }
    }
}
