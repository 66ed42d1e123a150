using System.Buffers.Binary;

namespace PgOAuth.Protocol;

/// <summary>Reads the fields of a message body; every step says whether the bytes were there (A16).</summary>
internal ref struct MessageParser
{
    private ReadOnlySpan<byte> _rest;

    internal MessageParser(ReadOnlySpan<byte> body) => _rest = body;

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal readonly ReadOnlySpan<byte> Rest => _rest;

    internal bool TryReadByte(out byte value)
    {
        if (_rest.IsEmpty)
        {
            value = 0;
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    internal bool TryReadInt16(out short value)
    {
        if (!BinaryPrimitives.TryReadInt16BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[2..];
        return true;
    }

    internal bool TryReadInt32(out int value)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[4..];
        return true;
    }

    internal bool TryReadBytes(int count, out ReadOnlySpan<byte> value)
    {
        if (count < 0 || count > _rest.Length)
        {
            value = default;
            return false;
        }

        value = _rest[..count];
        _rest = _rest[count..];
        return true;
    }

    /// <summary>Reads up to a NUL, which is consumed and not part of the value.</summary>
    internal bool TryReadCString(out ReadOnlySpan<byte> value)
    {
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            value = default;
            return false;
        }

        value = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }
}
