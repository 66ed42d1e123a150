using System.Buffers;
using PgOAuth.Sessions;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: drives one <see cref="RelayStep"/> between two streams. Knows only bytes and errors. A buffer is rented when
/// bytes are there and returned when none are left, so that an idle session holds none.
/// </summary>
internal sealed class RelayPump
{
    private const int BufferSize = 32 * 1024;

    private readonly Stream _source;
    private readonly Stream _destination;
    private readonly RelayStep _step;
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    internal RelayPump(Stream source, Stream destination, RelayStep step, ReadOnlySpan<byte> ahead)
    {
        _source = source;
        _destination = destination;
        _step = step;
        if (!ahead.IsEmpty)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, ahead.Length));
            ahead.CopyTo(_buffer);
            _end = ahead.Length;
        }
    }

    /// <summary>Whether a write was cut short: nothing may be written to the destination any more.</summary>
    internal bool IsDestinationTorn { get; private set; }

    /// <summary>Held while a step looks: the two directions of a session know the same conversation.</summary>
    internal object Gate { get; init; } = new();

    /// <summary>Called behind every message that was wholly passed on; true ends the pump. For draining.</summary>
    internal Func<bool>? ShouldStop { get; init; }

    /// <summary>Runs until a message ends the session or a stream does.</summary>
    /// <remarks>One method on purpose: a second one that waits would allocate its state each time, once per message.</remarks>
    internal async Task<PumpResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var need = 0;
                if (_end > _start)
                {
                    RelayAction action;
                    lock (Gate)
                    {
                        action = _step.Step(_buffer.AsSpan(_start, _end - _start));
                    }

                    if (action.Forward > 0)
                    {
                        IsDestinationTorn = true;
                        await _destination.WriteAsync(_buffer.AsMemory(_start, action.Forward), cancellationToken).ConfigureAwait(false);
                        IsDestinationTorn = false;
                        _start += action.Forward;
                    }

                    if (_step.Replacement.Length > 0)
                    {
                        IsDestinationTorn = true;
                        await _destination.WriteAsync(_step.Replacement.WrittenMemory, cancellationToken).ConfigureAwait(false);
                        IsDestinationTorn = false;
                        _step.Replacement.Clear();
                    }

                    _start += action.Skip;
                    if (action.End != SessionEndReason.None)
                    {
                        return new PumpResult(PumpEnd.Decided, action.End, action.Detail);
                    }

                    if (_end > _start && action.Forward + action.Skip > 0 && action.Need <= _end - _start)
                    {
                        continue;
                    }

                    need = action.Need;
                }

                if (ShouldStop is { } shouldStop && _step.IsAtBoundary && _end == _start && shouldStop())
                {
                    return new PumpResult(PumpEnd.Stopped, SessionEndReason.None, null);
                }

                if (_end == _start)
                {
                    ReturnBuffer();
                    // Completes when there is something to read, without a buffer waiting for it.
                    await _source.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                }

                MakeRoom(need);
                var read = await _source.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return new PumpResult(PumpEnd.SourceClosed, SessionEndReason.None, null);
                }

                _end += read;
            }
        }
        catch (OperationCanceledException)
        {
            return new PumpResult(PumpEnd.Stopped, SessionEndReason.None, null);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            return new PumpResult(IsDestinationTorn ? PumpEnd.DestinationFailed : PumpEnd.SourceClosed, SessionEndReason.None, error.GetType().Name);
        }
        finally
        {
            ReturnBuffer();
        }
    }

    private void MakeRoom(int need)
    {
        var pending = _end - _start;
        if (_buffer.Length >= Math.Max(need, pending + 1) && (_end < _buffer.Length || _start > 0) && _buffer.Length > 0)
        {
            if (_start > 0 && (_buffer.Length - _start < need || _end == _buffer.Length))
            {
                _buffer.AsSpan(_start, pending).CopyTo(_buffer);
                _start = 0;
                _end = pending;
            }

            return;
        }

        // A message that must be seen whole: what has come bounds the growth, so that a length alone costs nothing.
        var size = Math.Max(BufferSize, Math.Min(Math.Max(need, 1), checked((pending + 1) * 2)));
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(_start, pending).CopyTo(larger);
        ReturnBuffer();
        _buffer = larger;
        _end = pending;
    }

    private void ReturnBuffer()
    {
        var buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
