namespace PgOAuth.Enforcement;

/// <summary>Numbers as PostgreSQL 16 and later write them; what earlier versions would cut in two is not a number (stage 7).</summary>
internal static class SqlNumber
{
    /// <summary>The index behind the number that starts at <paramref name="start"/>, or -1 when letters follow it directly.</summary>
    internal static int End(ReadOnlySpan<byte> text, int start)
    {
        var end = Prefixed(text, start);
        if (end < 0)
        {
            end = Digits(text, start, 10);
            // "1..2" is 1, two dots, 2.
            if (At(text, end) == '.' && At(text, end + 1) != '.')
            {
                end = Digits(text, end + 1, 10);
            }

            if (At(text, end) is (byte)'e' or (byte)'E')
            {
                var exponent = At(text, end + 1) is (byte)'+' or (byte)'-' ? end + 2 : end + 1;
                var exponentEnd = Digits(text, exponent, 10);
                if (exponentEnd == exponent)
                {
                    return -1;
                }

                end = exponentEnd;
            }
        }

        return SqlCharacters.StartsName(At(text, end)) ? -1 : end;
    }

    private static int Prefixed(ReadOnlySpan<byte> text, int start)
    {
        if (At(text, start) != '0')
        {
            return -1;
        }

        var radix = At(text, start + 1) switch
        {
            (byte)'x' or (byte)'X' => 16,
            (byte)'o' or (byte)'O' => 8,
            (byte)'b' or (byte)'B' => 2,
            _ => 0,
        };
        if (radix == 0)
        {
            return -1;
        }

        var digits = At(text, start + 2) == '_' ? start + 3 : start + 2;
        var end = Digits(text, digits, radix);
        return end == digits ? -1 : end;
    }

    // Digits with single underscores between them.
    private static int Digits(ReadOnlySpan<byte> text, int position, int radix)
    {
        if (!IsDigit(At(text, position), radix))
        {
            return position;
        }

        position++;
        while (true)
        {
            var next = At(text, position) == '_' ? position + 1 : position;
            if (!IsDigit(At(text, next), radix))
            {
                return position;
            }

            position = next + 1;
        }
    }

    private static bool IsDigit(byte value, int radix) => radix switch
    {
        16 => char.IsAsciiHexDigit((char)value),
        _ => value >= '0' && value < '0' + radix,
    };

    private static byte At(ReadOnlySpan<byte> text, int index) => (uint)index < (uint)text.Length ? text[index] : (byte)0;
}
