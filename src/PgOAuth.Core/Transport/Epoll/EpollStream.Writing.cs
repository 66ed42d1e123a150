using System.Threading.Tasks.Sources;

namespace PgOAuth.Transport.Epoll;

/// <content>The writing half.</content>
internal sealed partial class EpollStream : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _write;
    private CancellationTokenRegistration _writeCancellation;
    private ReadOnlyMemory<byte> _writeRest;
    private bool _isWriting;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (_loop.IsCurrent)
        {
            if (TryWrite(ref buffer, out var error))
            {
                return error is null ? default : ValueTask.FromException(error);
            }

            BeginWrite(buffer, cancellationToken);
        }
        else
        {
            BeginWrite(buffer, cancellationToken);
            _loop.Post(static stream => ((EpollStream)stream!).ContinueWrite(), this);
        }

        return new ValueTask(this, _write.Version);
    }

    void IValueTaskSource.GetResult(short token) => _write.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _write.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _write.OnCompleted(continuation, state, token, flags);

    private void BeginWrite(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        if (_isWriting)
        {
            throw new InvalidOperationException("Somebody writes already.");
        }

        _write.Reset();
        _writeRest = rest;
        _isWriting = true;
        if (cancellationToken.CanBeCanceled)
        {
            _writeCancellation = cancellationToken.UnsafeRegister(static (stream, token) => ((EpollStream)stream!).CancelWrite(token), this);
        }
    }

    private void ContinueWrite()
    {
        if (!_loop.IsCurrent)
        {
            _loop.Post(static stream => ((EpollStream)stream!).ContinueWrite(), this);
            return;
        }

        if (_isWriting && TryWrite(ref _writeRest, out var error))
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
        _isWriting = false;
        _writeRest = default;
        _writeCancellation.Unregister();
        _writeCancellation = default;
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

            var number = Libc.LastError;
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

    private void CancelWrite(CancellationToken token) => _loop.Post(
        static work =>
        {
            var (stream, token, version) = ((EpollStream, CancellationToken, short))work!;
            stream.CancelWrite(version, token);
        },
        (this, token, _write.Version));

    private void CancelWrite(short version, CancellationToken token)
    {
        if (_isWriting && _write.Version == version)
        {
            EndWrite();
            _write.SetException(new OperationCanceledException(token));
        }
    }
}
