using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace PgOAuth.Transport.Sockets;

/// <content>The reading half.</content>
internal sealed partial class SocketStream
{
    private const int SegmentSize = 16 * 1024;

    /// <summary>What nobody has read yet; then the kernel's buffer fills, and the peer has to wait.</summary>
    private const int InputPause = 64 * 1024;

    /// <summary>Reads in a row that did not have to wait; then others get their turn.</summary>
    private const int MaxReadsAtOnce = 32;

    private HalfGuard _reading;
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

        if (_readsAtOnce >= MaxReadsAtOnce || !_input.Reader.TryRead(out var result))
        {
            return WaitAndReadAsync(buffer, cancellationToken);
        }

        _readsAtOnce++;
        try
        {
            return TryTake(result, buffer, out var count) ? new ValueTask<int>(count) : ValueTask.FromException<int>(Gone());
        }
        catch (IOException error)
        {
            return ValueTask.FromException<int>(error);
        }
        finally
        {
            EndRead();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAndReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var isTurnOver = _readsAtOnce >= MaxReadsAtOnce && ContinuesOnLoop;
            _readsAtOnce = 0;
            while (isTurnOver)
            {
                await Loop.NextTurn();
                isTurnOver = !IsAtHome;
            }

            var result = await _input.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return TryTake(result, buffer, out var count) ? count : throw Gone();
        }
        finally
        {
            EndRead();
        }
    }

    private void EndRead()
    {
        if ((_reading.Leave() & HalfGuard.Closed) != 0)
        {
            _input.Reader.Complete();
        }
    }

    /// <summary>Takes what there is; false when the connection was given up meanwhile.</summary>
    private bool TryTake(ReadResult result, Memory<byte> buffer, out int count)
    {
        var bytes = result.Buffer;
        if (_isGone)
        {
            count = 0;
            _input.Reader.AdvanceTo(bytes.Start);
            return false;
        }

        count = (int)Math.Min(bytes.Length, buffer.Length);
        bytes = bytes.Slice(0, count);
        bytes.CopyTo(buffer.Span);
        _input.Reader.AdvanceTo(bytes.End);
        if (result.Buffer.IsEmpty && _receiveError is { } error)
        {
            throw new IOException(error.Message, error);
        }

        return true;
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

        await writer.CompleteAsync().ConfigureAwait(false);
    }
}
