using System.Buffers.Text;
using PgOAuth.Protocol;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: one row of a catalog query, read from left to right. Valid until the channel reads on. False means malformed.</summary>
internal ref struct CatalogRow
{
    private MessageParser _parser;
    private int _left;

    private CatalogRow(MessageParser parser, int columns)
    {
        _parser = parser;
        _left = columns;
    }

    /// <summary>Whether all columns were read, and there is nothing behind them.</summary>
    internal readonly bool IsAtEnd => _left == 0 && _parser.IsAtEnd;

    internal static bool TryParse(in MessageFrame frame, out CatalogRow row)
    {
        var parser = new MessageParser(frame.Body);
        var isValid = parser.TryReadInt16(out var columns) && columns >= 0;
        row = new CatalogRow(parser, columns);
        return isValid;
    }

    /// <summary>A value that is not NULL.</summary>
    internal bool TryReadText(out ReadOnlySpan<byte> value)
    {
        value = default;
        return _left-- > 0 && _parser.TryReadInt32(out var length) && _parser.TryReadBytes(length, out value);
    }

    /// <summary>An oid.</summary>
    internal bool TryReadOid(out uint value)
    {
        value = 0;
        return TryReadText(out var text) && Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;
    }

    internal bool TryReadInt16(out short value)
    {
        value = 0;
        return TryReadText(out var text) && Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;
    }

    internal bool TryReadBoolean(out bool value)
    {
        value = false;
        if (!TryReadText(out var text))
        {
            return false;
        }

        value = text.SequenceEqual("t"u8);
        return value || text.SequenceEqual("f"u8);
    }

    /// <summary>A value of type "char".</summary>
    internal bool TryReadChar(out byte value)
    {
        value = 0;
        if (!TryReadText(out var text) || text.Length != 1)
        {
            return false;
        }

        value = text[0];
        return true;
    }
}
