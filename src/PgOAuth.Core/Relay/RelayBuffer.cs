using System.Buffers;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 6: the bytes in hand of one direction. Rented when there are some and given back when there are none, so that an
/// idle connection holds nothing. The pool keeps one buffer for each thread, which is one for each loop.
/// </summary>
internal struct RelayBuffer
{
    private const int Size = 32 * 1024;
    private const int MaxShrunk = 4 * 1024;

    private byte[]? _array;
    private int _start;
    private int _end;

    internal RelayBuffer(ReadOnlySpan<byte> ahead)
    {
        if (!ahead.IsEmpty)
        {
            _array = ArrayPool<byte>.Shared.Rent(Math.Max(Size, ahead.Length));
            ahead.CopyTo(_array);
            _end = ahead.Length;
        }
    }

    internal readonly int Length => _end - _start;

    internal readonly bool IsEmpty => _end == _start;

    internal readonly ReadOnlySpan<byte> Span => _array.AsSpan(_start, _end - _start);

    internal readonly ReadOnlyMemory<byte> First(int count) => _array.AsMemory(_start, count);

    internal void Consume(int count) => _start += count;

    internal void Filled(int count) => _end += count;

    /// <summary>Room to read into, after what is in hand; enough, in the end, for <paramref name="need"/> bytes in one piece.</summary>
    internal Memory<byte> Room(int need)
    {
        var pending = _end - _start;
        if (_array is null)
        {
            _array = ArrayPool<byte>.Shared.Rent(Size);
        }
        else if (pending == 0)
        {
            _start = _end = 0;
        }
        else if (_array.Length - _start < need || _end == _array.Length)
        {
            // A message that must be seen whole: what has come bounds the growth, so that a length alone costs nothing.
            var size = Math.Min(Math.Max(need, 1), checked((pending + 1) * 2));
            var source = _array;
            if (size > _array.Length || pending == _array.Length)
            {
                _array = ArrayPool<byte>.Shared.Rent(Math.Max(size, pending + 1));
            }

            source.AsSpan(_start, pending).CopyTo(_array);
            if (source != _array)
            {
                ArrayPool<byte>.Shared.Return(source);
            }

            _start = 0;
            _end = pending;
        }

        return _array.AsMemory(_end);
    }

    /// <summary>What is in hand has to wait: it is little, mostly, and those who wait are many.</summary>
    internal void Shrink()
    {
        var pending = _end - _start;
        if (_array is { Length: >= Size } large && pending <= MaxShrunk)
        {
            _array = ArrayPool<byte>.Shared.Rent(pending);
            large.AsSpan(_start, pending).CopyTo(_array);
            ArrayPool<byte>.Shared.Return(large);
            _start = 0;
            _end = pending;
        }
    }

    internal void Release()
    {
        if (_array is { } array)
        {
            _array = null;
            _start = _end = 0;
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
