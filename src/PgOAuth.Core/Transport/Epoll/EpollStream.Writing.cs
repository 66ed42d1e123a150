using System.Threading.Tasks.Sources;

namespace PgOAuth.Transport.Epoll;

/// <content>The writing half.</content>
internal sealed partial class EpollStream : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _write;
    private CancellationTokenRegistration _writeCancellation;
    private CancellationToken _writeToken;
    private ReadOnlyMemory<byte> _writeRest;

    /// <summary>Written by the writer, who may be anywhere.</summary>
    private bool _isWriting;

    /// <summary>Whether the loop knows of the writer.</summary>
    private bool _isWriteBegun;
    private bool _isShutdownDue;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (_isWriting)
        {
            throw new InvalidOperationException("Somebody writes already.");
        }

        if (!_loop.IsCurrent)
        {
            PrepareWrite(buffer, cancellationToken);
            Volatile.Read(ref _loop).Post(static stream => ((EpollStream)stream!).BeginWrite(), this);
            return new ValueTask(this, _write.Version);
        }

        if (TryWrite(ref buffer, out var error))
        {
            return error is null ? default : ValueTask.FromException(error);
        }

        PrepareWrite(buffer, cancellationToken);
        WatchWrite();
        return new ValueTask(this, _write.Version);
    }

    void IValueTaskSource.GetResult(short token) => _write.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _write.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _write.OnCompleted(continuation, state, token, flags);

    private void PrepareWrite(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        _write.Reset();
        _writeRest = rest;
        _writeToken = cancellationToken;
        _isWriting = true;
    }

    private void WatchWrite()
    {
        _isWriteBegun = true;
        if (_writeToken.CanBeCanceled)
        {
            _writeCancellation = _writeToken.UnsafeRegister(static (stream, token) => ((EpollStream)stream!).CancelWrite(token), this);
        }
    }

    private void BeginWrite()
    {
        if (!_loop.IsCurrent)
        {
            _loop.Post(static stream => ((EpollStream)stream!).BeginWrite(), this);
            return;
        }

        WatchWrite();
        ContinueWrite();
    }

    private void ContinueWrite()
    {
        if (!_loop.IsCurrent)
        {
            _loop.Post(static stream => ((EpollStream)stream!).ContinueWrite(), this);
            return;
        }

        if (_isWriteBegun && TryWrite(ref _writeRest, out var error))
        {
            EndWrite();
            if (error is null)
            {
                _write.SetResult(true);
            }
            else
            {
                _write.SetException(error);
            }
        }
    }

    private void EndWrite()
    {
        _isWriteBegun = false;
        _isWriting = false;
        _writeRest = default;
        _writeToken = default;
        _writeCancellation.Unregister();
        _writeCancellation = default;
        if (_isShutdownDue && !_isClosed)
        {
            _ = Libc.Shutdown(_fd, Libc.ShutdownWrite);
        }
    }

    /// <summary>Sends what goes; false when some is left.</summary>
    private bool TryWrite(ref ReadOnlyMemory<byte> rest, out Exception? error)
    {
        error = null;
        if (_isClosed || _isAborted)
        {
            error = Gone();
            return true;
        }

        while (!rest.IsEmpty && _isWritable)
        {
            var count = Libc.Send(_fd, rest.Span);
            if (count >= 0)
            {
                rest = rest[(int)count..];
                continue;
            }

            var number = (int)-count;
            if (number == Libc.TryAgain)
            {
                _isWritable = false;
            }
            else if (number != Libc.Interrupted)
            {
                error = LinuxErrors.ToIOException(number);
                return true;
            }
        }

        return rest.IsEmpty;
    }

    /// <summary>FIN goes behind what is being written.</summary>
    private void ShutdownSendNow()
    {
        if (_isWriteBegun)
        {
            _isShutdownDue = true;
        }
        else if (!_isClosed)
        {
            _ = Libc.Shutdown(_fd, Libc.ShutdownWrite);
        }
    }

    private void CancelWrite(CancellationToken token) => _loop.Post(
        static work =>
        {
            var (stream, token) = ((EpollStream, CancellationToken))work!;
            stream.CancelWriteNow(token);
        },
        (this, token));

    /// <summary>Ends the write that was begun with this token; by now it may be another one's turn.</summary>
    private void CancelWriteNow(CancellationToken token)
    {
        if (!_loop.IsCurrent)
        {
            CancelWrite(token);
        }
        else if (_isWriteBegun && _writeToken == token)
        {
            EndWrite();
            _write.SetException(new OperationCanceledException(token));
        }
    }
}
