using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PgOAuth.Protocol;

/// <summary>A growing pooled buffer that messages are written into. Wiped when returned, for it may have held secrets.</summary>
/// <remarks>Not thread-safe. With a capacity of 0 it holds no buffer until something is written.</remarks>
internal sealed class MessageWriter : IBufferWriter<byte>, IDisposable
{
    private const int SmallestBuffer = 256;

    // What one long message needed is not kept for the short ones behind it.
    private const int LargestKept = 16 * 1024;

    private byte[] _buffer;
    private int _length;
    private int _lengthPosition = -1;

    internal MessageWriter(int capacity = 512) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    internal ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    internal ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    internal int Length => _length;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsSpan(_length);
    }

    public void Advance(int count) => _length += count;

    /// <summary>Starts a message; <see cref="EndMessage"/> fills its length in.</summary>
    internal void BeginMessage(byte type)
    {
        WriteByte(type);
        BeginUntypedMessage();
    }

    /// <summary>Starts a message without a type byte: startup, cancel, SSL.</summary>
    internal void BeginUntypedMessage()
    {
        if (_lengthPosition >= 0)
        {
            throw new InvalidOperationException("A message is already open.");
        }

        _lengthPosition = _length;
        WriteInt32(0);
    }

    internal void EndMessage()
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_lengthPosition), checked(_length - _lengthPosition));
        _lengthPosition = -1;
    }

    internal void WriteByte(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    internal void WriteInt16(short value)
    {
        Reserve(2);
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_length), value);
        _length += 2;
    }

    internal void WriteInt32(int value)
    {
        Reserve(4);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), value);
        _length += 4;
    }

    internal void WriteBytes(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
    }

    /// <summary>Writes UTF-8 and the terminating NUL; a NUL inside would end the string early and is refused.</summary>
    internal void WriteCString(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A string of the wire protocol cannot hold NUL.", nameof(value));
        }

        var count = Encoding.UTF8.GetByteCount(value);
        Reserve(count + 1);
        Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
        _length += count;
        _buffer[_length++] = 0;
    }

    internal void WriteCString(ReadOnlySpan<byte> value)
    {
        WriteBytes(value);
        WriteByte(0);
    }

    internal void Clear()
    {
        // A password may have stood here; Dispose wipes only what is written by then.
        CryptographicOperations.ZeroMemory(_buffer.AsSpan(0, _length));
        _length = 0;
        _lengthPosition = -1;
        if (_buffer.Length > LargestKept)
        {
            Release();
        }
    }

    /// <summary>Clears, and gives the buffer back until something is written again.</summary>
    internal void Release()
    {
        Dispose();
        _lengthPosition = -1;
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            CryptographicOperations.ZeroMemory(buffer.AsSpan(0, _length));
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _length = 0;
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + count), Math.Max(SmallestBuffer, checked(_buffer.Length * 2))));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        CryptographicOperations.ZeroMemory(_buffer.AsSpan(0, _length));
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
