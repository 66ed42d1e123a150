using System.Buffers;
using System.Text;

namespace PgOAuth.Sql.Lexing;

/// <content>Literals and names with escapes.</content>
internal static partial class SqlText
{
    /// <summary>The value of a literal (any kind of quotes, or dollars) or of a U&amp; identifier.</summary>
    /// <remarks>The text may reach beyond the token's end. Allocates: not for the hot path.</remarks>
    public static byte[] DecodeString(ReadOnlySpan<byte> raw, SqlTokenKind kind, byte escape)
    {
        var result = new ArrayBufferWriter<byte>(raw.Length);
        if (raw[0] == '$')
        {
            var tag = raw[1..].IndexOf((byte)'$') + 2;
            return raw[tag..^tag].ToArray();
        }

        var quote = kind == SqlTokenKind.Ident ? (byte)'"' : (byte)'\'';
        raw = escape == 0 ? raw : Join(raw, quote);
        var p = raw.IndexOf(quote);
        var backslash = p == 1 && (raw[0] | 0x20) == 'e';
        p++;
        while (p < raw.Length)
        {
            var b = raw[p];
            if (b == quote)
            {
                p++;
                if (p < raw.Length && raw[p] == quote)
                {
                    Put(result, quote);
                    p++;
                    continue;
                }

                p = quote == '"' ? -1 : NextPart(raw, p);
                if (p < 0)
                {
                    break;
                }
            }
            else if (escape != 0 && b == escape)
            {
                p = UnicodePart(raw, p, escape, result);
                if (p < 0)
                {
                    break;
                }
            }
            else if (backslash && b == '\\' && p + 1 < raw.Length)
            {
                p = BackslashPart(raw, p + 1, result);
            }
            else
            {
                Put(result, b);
                p++;
            }
        }

        return result.WrittenSpan.ToArray();
    }

    /// <summary>Whether all U&amp; escapes in a literal or identifier are well formed.</summary>
    public static bool CheckUnicode(ReadOnlySpan<byte> raw, byte quote, byte escape)
    {
        if (!raw.Contains(escape))
        {
            return true;
        }

        raw = Join(raw, quote);
        var p = raw.IndexOf(quote) + 1;
        while (p < raw.Length)
        {
            if (raw[p] == quote)
            {
                p++;
                if (p >= raw.Length || raw[p] != quote)
                {
                    return true;
                }

                p++;
            }
            else if (raw[p] == escape)
            {
                p = UnicodePart(raw, p, escape, null);
                if (p < 0)
                {
                    return false;
                }
            }
            else
            {
                p++;
            }
        }

        return true;
    }

    // PostgreSQL joins the parts of a literal before it resolves Unicode escapes: one may begin in a part and end in the next.
    private static ReadOnlySpan<byte> Join(ReadOnlySpan<byte> raw, byte quote)
    {
        var p = raw.IndexOf(quote) + 1;
        if (quote == '"' || !raw[p..^1].Contains(quote))
        {
            return raw;
        }

        var joined = new byte[raw.Length];
        raw[..p].CopyTo(joined);
        var length = p;
        while (p < raw.Length)
        {
            if (raw[p] != quote)
            {
                joined[length++] = raw[p++];
                continue;
            }

            p++;
            if (p < raw.Length && raw[p] == quote)
            {
                p++;
                joined[length++] = quote;
                joined[length++] = quote;
                continue;
            }

            p = NextPart(raw, p);
            if (p < 0)
            {
                break;
            }
        }

        joined[length++] = quote;
        return joined.AsSpan(0, length);
    }

    private static int NextPart(ReadOnlySpan<byte> raw, int p)
    {
        var newline = false;
        while (p < raw.Length)
        {
            var b = raw[p];
            if (b is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r'))
            {
                newline |= b is (byte)'\n' or (byte)'\r';
                p++;
            }
            else if (b == '-' && p + 1 < raw.Length && raw[p + 1] == '-')
            {
                while (p < raw.Length && raw[p] is not ((byte)'\n' or (byte)'\r'))
                {
                    p++;
                }
            }
            else
            {
                return b == '\'' && newline ? p + 1 : -1;
            }
        }

        return -1;
    }

    private static int BackslashPart(ReadOnlySpan<byte> raw, int p, ArrayBufferWriter<byte> result)
    {
        var b = raw[p];
        switch (b)
        {
            case (byte)'b':
                Put(result, (byte)'\b');
                return p + 1;
            case (byte)'f':
                Put(result, (byte)'\f');
                return p + 1;
            case (byte)'n':
                Put(result, (byte)'\n');
                return p + 1;
            case (byte)'r':
                Put(result, (byte)'\r');
                return p + 1;
            case (byte)'t':
                Put(result, (byte)'\t');
                return p + 1;
            case (byte)'v':
                Put(result, (byte)'\v');
                return p + 1;
            case (byte)'u' or (byte)'U':
            {
                var length = b == 'u' ? 4 : 8;
                var value = Hex(raw, p + 1, length);
                p += 1 + length;
                if (value is >= 0xD800 and <= 0xDBFF && p + 1 < raw.Length)
                {
                    length = raw[p + 1] == 'u' ? 4 : 8;
                    value = Combine(value, Hex(raw, p + 2, length));
                    p += 2 + length;
                }

                PutRune(result, value);
                return p;
            }

            case (byte)'x' when Hex(raw, p + 1, 1) >= 0:
            {
                var two = Hex(raw, p + 1, 2);
                Put(result, (byte)(two >= 0 ? two : Hex(raw, p + 1, 1)));
                return p + (two >= 0 ? 3 : 2);
            }

            case >= (byte)'0' and <= (byte)'7':
            {
                var value = 0;
                var end = Math.Min(p + 3, raw.Length);
                while (p < end && raw[p] is >= (byte)'0' and <= (byte)'7')
                {
                    value = (value * 8) + raw[p++] - '0';
                }

                Put(result, (byte)value);
                return p;
            }

            default:
                Put(result, b);
                return p + 1;
        }
    }

    // \XXXX, \+XXXXXX or a doubled escape character. Returns the place after it, or -1.
    private static int UnicodePart(ReadOnlySpan<byte> raw, int p, byte escape, ArrayBufferWriter<byte>? result)
    {
        var first = UnicodeValue(raw, ref p, escape);
        if (first == -2)
        {
            Put(result, escape);
            return p;
        }

        if (first is >= 0xD800 and <= 0xDBFF)
        {
            if (p >= raw.Length || raw[p] != escape)
            {
                return -1;
            }

            var second = UnicodeValue(raw, ref p, escape);
            if (second is < 0xDC00 or > 0xDFFF)
            {
                return -1;
            }

            first = Combine(first, second);
        }

        if (first is <= 0 or > 0x10FFFF or (>= 0xD800 and <= 0xDFFF))
        {
            return -1;
        }

        PutRune(result, first);
        return p;
    }

    private static long UnicodeValue(ReadOnlySpan<byte> raw, ref int p, byte escape)
    {
        if (p + 1 < raw.Length && raw[p + 1] == escape)
        {
            p += 2;
            return -2;
        }

        var plus = p + 1 < raw.Length && raw[p + 1] == '+';
        var value = plus ? Hex(raw, p + 2, 6) : Hex(raw, p + 1, 4);
        p += plus ? 8 : 5;
        return value;
    }

    private static long Combine(long first, long second) => 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);

    private static long Hex(ReadOnlySpan<byte> raw, int p, int length)
    {
        if (p + length > raw.Length)
        {
            return -1;
        }

        var value = 0L;
        for (var i = p; i < p + length; i++)
        {
            if (!char.IsAsciiHexDigit((char)raw[i]))
            {
                return -1;
            }

            value = (value * 16) + (raw[i] <= '9' ? raw[i] - '0' : (raw[i] | 0x20) - 'a' + 10);
        }

        return value;
    }

    private static void Put(ArrayBufferWriter<byte>? result, byte b)
    {
        if (result is not null)
        {
            result.GetSpan(1)[0] = b;
            result.Advance(1);
        }
    }

    private static void PutRune(ArrayBufferWriter<byte>? result, long value)
    {
        if (result is not null && Rune.TryCreate((int)value, out var rune))
        {
            result.Advance(rune.EncodeToUtf8(result.GetSpan(4)));
        }
    }
}
