namespace PgOAuth.Sql.Lexing;

/// <content>Numbers and parameters.</content>
internal ref partial struct SqlLexer
{
    private bool Number()
    {
        var start = _pos;
        var p = start;
        if (At(p) == '0' && (At(p + 1) | 0x20) is 'x' or 'o' or 'b')
        {
            return RadixNumber(start);
        }

        var integer = true;
        if (At(p) != '.')
        {
            p = Digits(p);
        }

        // 1..10 is 1 and a range: only PL/pgSQL has those, and the dots are left for the next token.
        if (At(p) == '.' && At(p + 1) != '.')
        {
            integer = false;
            p++;
            if (Is(At(p), Digit))
            {
                p = Digits(p);
            }
        }

        if ((At(p) | 0x20) == 'e')
        {
            var q = p + 1;
            if (At(q) is (byte)'+' or (byte)'-')
            {
                q++;
            }

            if (!Is(At(q), Digit))
            {
                return Fail("trailing junk after numeric literal", start);
            }

            integer = false;
            p = Digits(q);
        }

        if (p < _text.Length && Is(_text[p], WordStart))
        {
            return Fail("trailing junk after numeric literal", start);
        }

        Add(integer && FitsInt32(start, p, 10) ? SqlTokenKind.IConst : SqlTokenKind.FConst, start, p);
        _pos = p;
        return true;
    }

    private bool RadixNumber(int start)
    {
        var letter = At(start + 1) | 0x20;
        var radix = letter == 'x' ? 16u : letter == 'o' ? 8u : 2u;
        var p = start + 2;
        while (true)
        {
            var q = At(p) == '_' ? p + 1 : p;
            if (q >= _text.Length || !Is(_text[q], HexDigit) || (uint)HexValue(_text[q]) >= radix)
            {
                break;
            }

            p = q + 1;
        }

        if (p == start + 2)
        {
            return Fail(radix == 16 ? "invalid hexadecimal integer" : radix == 8 ? "invalid octal integer" : "invalid binary integer", start);
        }

        if (p < _text.Length && Is(_text[p], WordStart | Digit))
        {
            return Fail("trailing junk after numeric literal", start);
        }

        Add(FitsInt32(start + 2, p, radix) ? SqlTokenKind.IConst : SqlTokenKind.FConst, start, p);
        _pos = p;
        return true;
    }

    private readonly int Digits(int p)
    {
        p++;
        while (p < _text.Length)
        {
            if (Is(_text[p], Digit))
            {
                p++;
            }
            else if (_text[p] == '_' && Is(At(p + 1), Digit))
            {
                p += 2;
            }
            else
            {
                break;
            }
        }

        return p;
    }

    private readonly bool FitsInt32(int start, int end, uint radix)
    {
        var value = 0L;
        for (var i = start; i < end; i++)
        {
            if (_text[i] == '_')
            {
                continue;
            }

            value = (value * radix) + HexValue(_text[i]);
            if (value > int.MaxValue)
            {
                return false;
            }
        }

        return true;
    }

    private static int HexValue(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;

    // $1 or $tag$..$tag$.
    private bool Dollar()
    {
        var start = _pos;
        var p = start + 1;
        if (Is(At(p), Digit))
        {
            while (Is(At(p), Digit))
            {
                p++;
            }

            if (p < _text.Length && Is(_text[p], WordStart))
            {
                return Fail("trailing junk after parameter", start);
            }

            if (!FitsInt32(start + 1, p, 10))
            {
                return Fail("parameter number too large", start);
            }

            Add(SqlTokenKind.Param, start, p);
            _pos = p;
            return true;
        }

        if (Is(At(p), WordStart))
        {
            p++;
            while (p < _text.Length && Is(_text[p], WordPart) && _text[p] != '$')
            {
                p++;
            }
        }

        if (At(p) != '$')
        {
            return Fail("syntax error", start);
        }

        var tag = _text[start..(p + 1)];
        var found = _text[(p + 1)..].IndexOf(tag);
        if (found < 0)
        {
            return Fail("unterminated dollar-quoted string", start);
        }

        var end = p + 1 + found + tag.Length;
        Add(SqlTokenKind.SConst, start, end);
        _pos = end;
        return true;
    }
}
