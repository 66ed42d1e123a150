using System.Buffers;
using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7: a text with its plain integers made equal, so that queries which differ in a key only are judged once. Only for
/// texts where an integer is an integer beyond doubt: no quote, no dollar, no backslash, no comment, ASCII only.
/// </summary>
internal static class SqlShape
{
    /// <summary>Texts longer than this are taken as they are.</summary>
    internal const int MaxLength = 512;

    private static readonly SearchValues<byte> Plainest = SearchValues.Create(
        "\t\n\r !#%&()*+,.0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    // With those that begin a comment together with another.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "\t\n\r !#%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    // What makes digits a part of something else: a name, a fraction, an exponent, a hexadecimal number.
    private static readonly SearchValues<byte> Neighbours = SearchValues.Create(
        ".0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Writes the text with <c>0</c> in the place of each plain integer; false when it is not such a text or has none.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="shape">Receives it; at least as long as the text.</param>
    /// <param name="length">The length of what was written.</param>
    internal static bool TryWrite(ReadOnlySpan<byte> sql, Span<byte> shape, out int length)
    {
        length = 0;
        if (sql.Length > MaxLength || (sql.ContainsAnyExcept(Plainest) && (sql.ContainsAnyExcept(Plain) || sql.IndexOf("--"u8) >= 0 || sql.IndexOf("/*"u8) >= 0)))
        {
            return false;
        }

        var found = false;
        var rest = sql;
        byte before = 0;
        while (true)
        {
            var start = rest.IndexOfAnyInRange((byte)'0', (byte)'9');
            if (start < 0)
            {
                rest.CopyTo(shape[length..]);
                length += rest.Length;
                return found;
            }

            var digits = rest[start..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            var end = digits < 0 ? rest.Length : start + digits;
            before = start > 0 ? rest[start - 1] : before;
            var isPlain = !Neighbours.Contains(before) && (end == rest.Length || !Neighbours.Contains(rest[end])) && !MustBePositive(rest[..start]);
            var copied = isPlain ? start : end;
            rest[..copied].CopyTo(shape[length..]);
            length += copied;
            if (isPlain)
            {
                shape[length++] = (byte)'0';
                found = true;
            }

            before = (byte)'0';
            rest = rest[end..];
        }
    }

    // The integers whose values the grammar looks at, zero being a syntax error: float(24), and the column of ALTER INDEX … ALTER COLUMN 1.
    private static bool MustBePositive(ReadOnlySpan<byte> before)
    {
        before = TrimEnd(before);
        return before.EndsWith("("u8) ? EndsWith(TrimEnd(before[..^1]), "float"u8) : EndsWith(before, "column"u8) || EndsWith(before, "alter"u8);
    }

    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text) => text.TrimEnd("\t\n\r "u8);

    private static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[^word.Length..], word);
}
