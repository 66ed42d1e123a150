using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace PgOAuth.Transport.Sockets;

/// <content>The reading half.</content>
internal sealed partial class SocketStream : IValueTaskSource<int>
{
    private const int SegmentSize = 16 * 1024;

    /// <summary>What nobody has read yet; then the kernel's buffer fills, and the peer has to wait.</summary>
    private const int InputPause = 64 * 1024;

    /// <summary>Reads in a row that did not have to wait; then others get their turn.</summary>
    private const int MaxReadsAtOnce = 32;

    private HalfGuard _reading;
    private ManualResetValueTaskSourceCore<int> _read;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _arriving;
    private Memory<byte> _readBuffer;
    private CancellationToken _readToken;
    private Action? _continueRead;
    private Exception? _receiveError;
    private int _readsAtOnce;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (_isGone || !_reading.TryEnter("Somebody reads already."))
        {
            return ValueTask.FromException<int>(Gone());
        }

        if (_readsAtOnce < MaxReadsAtOnce && _input.Reader.TryRead(out var result))
        {
            _readsAtOnce++;
            var error = Take(result, buffer, out var count);
            EndRead();
            return error is null ? new ValueTask<int>(count) : ValueTask.FromException<int>(error);
        }

        _read.Reset();
        _readBuffer = buffer;
        _readToken = cancellationToken;
        var version = _read.Version;
        if (_readsAtOnce >= MaxReadsAtOnce && ContinuesOnLoop)
        {
            Loop.Post(static stream => ((SocketStream)stream!).BeginRead(), this);
        }
        else
        {
            WaitForBytes();
        }

        return new ValueTask<int>(this, version);
    }

    internal override void CancelRead()
    {
        if (_reading.IsEntered)
        {
            _input.Reader.CancelPendingRead();
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private void BeginRead()
    {
        if (IsAtHome)
        {
            WaitForBytes();
        }
        else
        {
            Loop.Post(static stream => ((SocketStream)stream!).BeginRead(), this);
        }
    }

    /// <summary>By hand rather than by a method that waits: that one would allocate its state, once per message.</summary>
    private void WaitForBytes()
    {
        _readsAtOnce = 0;
#pragma warning disable CA2012 // Consumed once, by ContinueRead.
        var arriving = _input.Reader.ReadAsync(_readToken).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        _arriving = arriving;
        if (arriving.IsCompleted)
        {
            ContinueRead();
        }
        else
        {
            arriving.UnsafeOnCompleted(_continueRead ??= ContinueRead);
        }
    }

    private void ContinueRead()
    {
        var count = 0;
        Exception? error;
        try
        {
            var result = _arriving.GetResult();
            error = Take(result, _readBuffer, out count);
            if (result.IsCanceled && error is null)
            {
                error = new OperationCanceledException();
            }
        }
        catch (OperationCanceledException cancelled)
        {
            error = cancelled;
        }

        _arriving = default;
        _readBuffer = default;
        _readToken = default;
        EndRead();
        if (error is null)
        {
            _read.SetResult(count);
        }
        else
        {
            _read.SetException(error);
        }
    }

    private void EndRead()
    {
        if ((_reading.Leave() & HalfGuard.Closed) != 0)
        {
            _input.Reader.Complete();
        }
    }

    /// <summary>Takes what there is, or says why there is nothing.</summary>
    private IOException? Take(ReadResult result, Memory<byte> buffer, out int count)
    {
        count = 0;
        var bytes = result.Buffer;
        if (_isGone)
        {
            _input.Reader.AdvanceTo(bytes.Start);
            return Gone();
        }

        if (bytes.IsEmpty && _receiveError is { } error)
        {
            _input.Reader.AdvanceTo(bytes.End);
            return new IOException(error.Message, error);
        }

        count = (int)Math.Min(bytes.Length, buffer.Length);
        bytes = bytes.Slice(0, count);
        bytes.CopyTo(buffer.Span);
        _input.Reader.AdvanceTo(bytes.End);
        return null;
    }

    /// <summary>Never throws.</summary>
    private async Task ReceiveAsync()
    {
        var writer = _input.Writer;
        try
        {
            var isMoreThere = false;
            FlushResult flushed = default;
            while (!flushed.IsCompleted)
            {
                if (!isMoreThere)
                {
                    // An idle connection waits without a buffer.
                    await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
                }

                var memory = writer.GetMemory();
                var count = await _socket.ReceiveAsync(memory, SocketFlags.None).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                writer.Advance(count);
                isMoreThere = count == memory.Length && _socket.Available > 0;
                flushed = await writer.FlushAsync().ConfigureAwait(false);
            }
        }
        catch (Exception error) when (IsOfSocket(error))
        {
            _receiveError = error;
        }

        _isEnding = true;
        await writer.CompleteAsync().ConfigureAwait(false);
    }
}
