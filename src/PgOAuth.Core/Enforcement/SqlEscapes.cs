using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>What stands inside quotes and means something else: doubled quotes, continuations, backslash and Unicode escapes (stage 7).</summary>
internal static class SqlEscapes
{
    /// <summary>
    /// At a quote inside a string or name, leaves <paramref name="index"/> on the last byte passed: a doubled quote is one quote, any
    /// other one ended a part and the string goes on behind the next. False when it does not go on, which no token of the tokenizer has.
    /// </summary>
    internal static bool PassQuote(ReadOnlySpan<byte> body, ref int index, ref ByteSink sink)
    {
        if (index + 1 < body.Length && body[index + 1] == body[index])
        {
            sink.Add(body[index]);
            index++;
            return true;
        }

        var continuation = SqlTrivia.SkipToContinuation(body, index + 1);
        index = continuation - 1;
        return continuation > 0;
    }

    /// <summary>The inside of E'…'. False when PostgreSQL would refuse it.</summary>
    internal static bool DecodeBackslashes(ReadOnlySpan<byte> body, ref ByteSink sink)
    {
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '\'')
            {
                if (!PassQuote(body, ref i, ref sink))
                {
                    return false;
                }
            }
            else if (body[i] != '\\')
            {
                sink.Add(body[i]);
            }
            else if (!DecodeBackslash(body, ref i, ref sink))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Resolves the escapes of a U&amp; text in place. The new length, or -1 when PostgreSQL would refuse it.</summary>
    internal static int DecodeUnicode(Span<byte> text, byte escape)
    {
        var written = 0;
        for (var read = 0; read < text.Length;)
        {
            if (text[read] != escape)
            {
                text[written++] = text[read++];
                continue;
            }

            read++;
            if (read < text.Length && text[read] == escape)
            {
                text[written++] = escape;
                read++;
                continue;
            }

            var digits = 4;
            if (read < text.Length && text[read] == '+')
            {
                digits = 6;
                read++;
            }

            if (!TryHex(text[read..], digits, out var value) || value is 0 or > 0x10FFFF)
            {
                return -1;
            }

            read += digits;
            written += Write(value, text[written..]);
        }

        return written;
    }

    private static bool DecodeBackslash(ReadOnlySpan<byte> body, ref int index, ref ByteSink sink)
    {
        index++;
        if (index == body.Length)
        {
            return false;
        }

        var rest = body[index..];
        switch (rest[0])
        {
            case >= (byte)'0' and <= (byte)'7':
                var digits = 1;
                var octal = rest[0] - '0';
                while (digits < 3 && digits < rest.Length && rest[digits] is >= (byte)'0' and <= (byte)'7')
                {
                    octal = (octal * 8) + rest[digits] - '0';
                    digits++;
                }

                // Three digits can exceed a byte; PostgreSQL keeps the low eight bits.
                sink.Add(unchecked((byte)octal));
                index += digits - 1;
                return true;
            case (byte)'x' when TryHex(rest[1..], 1, out var hex):
                var length = TryHex(rest[1..], 2, out var two) ? 2 : 1;
                sink.Add((byte)(length == 2 ? two : hex));
                index += length;
                return true;
            case (byte)'u' or (byte)'U':
                var width = rest[0] == 'u' ? 4 : 8;
                if (!TryHex(rest[1..], width, out var value) || value is 0 or > 0x10FFFF)
                {
                    return false;
                }

                Span<byte> encoded = stackalloc byte[4];
                sink.Add(encoded[..Write(value, encoded)]);
                index += width;
                return true;
            default:
                sink.Add(rest[0] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    _ => rest[0],
                });
                return true;
        }
    }

    // Halves of surrogate pairs become replacement characters: nothing the guard looks for holds a character beyond ASCII.
    private static int Write(uint value, Span<byte> target) =>
        (Rune.TryCreate(value, out var rune) ? rune : Rune.ReplacementChar).EncodeToUtf8(target);

    private static bool TryHex(ReadOnlySpan<byte> text, int digits, out uint value)
    {
        value = 0;
        if (text.Length < digits)
        {
            return false;
        }

        for (var i = 0; i < digits; i++)
        {
            if (!char.IsAsciiHexDigit((char)text[i]))
            {
                return false;
            }

            // The letters' low nibble counts from 1.
            value = (value << 4) | (uint)((text[i] & 0xF) + (text[i] > '9' ? 9 : 0));
        }

        return true;
    }
}
