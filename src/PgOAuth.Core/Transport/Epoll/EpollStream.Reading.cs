using System.Threading.Tasks.Sources;

namespace PgOAuth.Transport.Epoll;

/// <content>The reading half.</content>
internal sealed partial class EpollStream : IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _read;
    private CancellationTokenRegistration _readCancellation;
    private Memory<byte> _readBuffer;
    private bool _isReading;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (_loop.IsCurrent)
        {
            if (_isReadable || _isClosed || _isAborted)
            {
                if (TryRead(buffer, out var read, out var error))
                {
                    return error is null ? new ValueTask<int>(read) : ValueTask.FromException<int>(error);
                }
            }

            BeginRead(buffer, cancellationToken);
        }
        else
        {
            BeginRead(buffer, cancellationToken);
            _loop.Post(static stream => ((EpollStream)stream!).ContinueRead(), this);
        }

        return new ValueTask<int>(this, _read.Version);
    }

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private void BeginRead(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_isReading)
        {
            throw new InvalidOperationException("Somebody reads already.");
        }

        _read.Reset();
        _readBuffer = buffer;
        _isReading = true;
        if (cancellationToken.CanBeCanceled)
        {
            _readCancellation = cancellationToken.UnsafeRegister(static (stream, token) => ((EpollStream)stream!).CancelRead(token), this);
        }
    }

    private void ContinueRead()
    {
        if (!_loop.IsCurrent)
        {
            _loop.Post(static stream => ((EpollStream)stream!).ContinueRead(), this);
            return;
        }

        if (_isReading && TryRead(_readBuffer, out var read, out var error))
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
        _isReading = false;
        _readBuffer = default;
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

        if (buffer.IsEmpty)
        {
            return true;
        }

        nint count;
        do
        {
            count = Libc.Receive(_fd, buffer.Span);
        }
        while (count < 0 && Libc.LastError == Libc.Interrupted);

        if (count < 0)
        {
            var number = Libc.LastError;
            if (number == Libc.TryAgain)
            {
                _isReadable = false;
                return false;
            }

            error = LinuxErrors.ToIOException(number);
            return true;
        }

        // Less than asked for: the socket is empty, and the next bytes raise an event (man epoll). The end, once it is announced, raises none.
        _isReadable = count == buffer.Length || _isEnding;
        read = (int)count;
        return true;
    }

    private void CancelRead(CancellationToken token) => _loop.Post(
        static work =>
        {
            var (stream, token, version) = ((EpollStream, CancellationToken, short))work!;
            stream.CancelRead(version, token);
        },
        (this, token, _read.Version));

    private void CancelRead(short version, CancellationToken token)
    {
        if (_isReading && _read.Version == version)
        {
            EndRead();
            _read.SetException(new OperationCanceledException(token));
        }
    }
}
