using System.Buffers;
using System.Text;

namespace PgOAuth.Sql.Lexing;

/// <summary>What identifiers and literals stand for: folded, unquoted, unescaped, cut to NAMEDATALEN.</summary>
internal static partial class SqlText
{
    /// <summary>Longest identifier in bytes; PostgreSQL cuts longer ones.</summary>
    public const int MaxIdentifierBytes = 63;

    /// <summary>The name an identifier or keyword token means.</summary>
    public static string Identifier(ReadOnlySpan<byte> text, in SqlToken token)
    {
        Span<byte> buffer = stackalloc byte[MaxIdentifierBytes + 1];
        return Encoding.UTF8.GetString(buffer[..WriteIdentifier(text, token, buffer)]);
    }

    /// <summary>Writes the name into <paramref name="target"/> (64 bytes or more) and returns its length.</summary>
    public static int WriteIdentifier(ReadOnlySpan<byte> text, in SqlToken token, Span<byte> target)
    {
        var raw = text[token.Start..token.End];
        if (token.Kind == SqlTokenKind.Nchar && raw.Length == 1)
        {
            "nchar"u8.CopyTo(target);
            return 5;
        }

        if (raw[0] == '"')
        {
            return WriteQuoted(raw[1..^1], target);
        }

        if (token.Escape != 0)
        {
            var decoded = DecodeString(raw, token.Kind, token.Escape);
            var cut = CutLength(decoded);
            decoded.AsSpan(0, cut).CopyTo(target);
            return cut;
        }

        var length = CutLength(raw);
        for (var i = 0; i < length; i++)
        {
            var b = raw[i];
            target[i] = (uint)(b - 'A') <= 'Z' - 'A' ? (byte)(b | 0x20) : b;
        }

        return length;
    }

    /// <summary>Whether two tokens mean the same name.</summary>
    public static bool SameIdentifier(ReadOnlySpan<byte> text, in SqlToken a, in SqlToken b)
    {
        Span<byte> left = stackalloc byte[MaxIdentifierBytes + 1];
        Span<byte> right = stackalloc byte[MaxIdentifierBytes + 1];
        return left[..WriteIdentifier(text, a, left)].SequenceEqual(right[..WriteIdentifier(text, b, right)]);
    }

    /// <summary>Whether a token means this name.</summary>
    public static bool IdentifierEquals(ReadOnlySpan<byte> text, in SqlToken token, ReadOnlySpan<byte> name)
    {
        Span<byte> buffer = stackalloc byte[MaxIdentifierBytes + 1];
        return buffer[..WriteIdentifier(text, token, buffer)].SequenceEqual(name);
    }

    /// <summary>The value of an ICONST.</summary>
    public static int IntegerValue(ReadOnlySpan<byte> text)
    {
        var radix = 10;
        if (text.Length > 2 && text[0] == '0' && !char.IsAsciiDigit((char)text[1]) && text[1] != '_')
        {
            radix = (text[1] | 0x20) switch { 'x' => 16, 'o' => 8, _ => 2 };
            text = text[2..];
        }

        var value = 0;
        foreach (var b in text)
        {
            if (b != '_')
            {
                value = (value * radix) + (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
            }
        }

        return value;
    }

    private static int WriteQuoted(ReadOnlySpan<byte> body, Span<byte> target)
    {
        // Cut after the quotes are halved: a cut character boundary is one of the value.
        Span<byte> value = stackalloc byte[MaxIdentifierBytes + 5];
        var length = 0;
        for (var i = 0; i < body.Length && length < value.Length; i++)
        {
            value[length++] = body[i];
            if (body[i] == '"')
            {
                i++;
            }
        }

        length = CutLength(value[..length]);
        value[..length].CopyTo(target);
        return length;
    }

    private static int CutLength(ReadOnlySpan<byte> value)
    {
        if (value.Length <= MaxIdentifierBytes)
        {
            return value.Length;
        }

        var length = MaxIdentifierBytes;
        while (length > 0 && (value[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }
}
