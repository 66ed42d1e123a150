using System.Text.Unicode;

namespace PgOAuth.Sql.Lexing;

/// <content>Everything in quotes. Values are checked here as scan.l checks them, and decoded elsewhere.</content>
internal ref partial struct SqlLexer
{
    private enum QuoteKind
    {
        Plain,
        Escape,
        Bits,
        Hex,
        Unicode,
    }

    private bool Quoted(int start, int quote, QuoteKind kind)
    {
        var p = quote + 1;
        var verify = false;
        while (true)
        {
            if (kind == QuoteKind.Escape)
            {
                p = EscapeBody(p, ref verify);
                if (p < 0)
                {
                    return false;
                }
            }
            else
            {
                p = PlainBody(p, (byte)'\'', kind is QuoteKind.Plain or QuoteKind.Unicode);
            }

            if (p >= _text.Length)
            {
                return Fail(kind switch
                {
                    QuoteKind.Bits => "unterminated bit string literal",
                    QuoteKind.Hex => "unterminated hexadecimal string literal",
                    _ => "unterminated quoted string",
                }, start);
            }

            p++;
            var next = Continuation(p);
            if (next < 0)
            {
                break;
            }

            p = next;
        }

        if (verify && !VerifyEscaped(start))
        {
            return false;
        }

        Add(kind switch { QuoteKind.Bits => SqlTokenKind.BConst, QuoteKind.Hex => SqlTokenKind.XConst, _ => SqlTokenKind.SConst }, start, p);
        _pos = p;
        if (kind == QuoteKind.Unicode)
        {
            _tokens[_count - 1].Escape = (byte)'\\';
            return UescapeFollows(p) || CheckUnicode(_count - 1);
        }

        return true;
    }

    // To the closing quote; two quotes are one. Bit strings end at the first quote.
    private readonly int PlainBody(int p, byte quote, bool doubled)
    {
        while (true)
        {
            var i = _text[p..].IndexOf(quote);
            if (i < 0)
            {
                return _text.Length;
            }

            p += i;
            if (doubled && At(p + 1) == quote)
            {
                p += 2;
                continue;
            }

            return p;
        }
    }

    // A literal goes on after white space with a newline in it; -- comments may stand there, /* */ may not.
    private readonly int Continuation(int p)
    {
        var newline = false;
        while (p < _text.Length)
        {
            var b = _text[p];
            if (Is(b, Space))
            {
                newline |= b is (byte)'\n' or (byte)'\r';
                p++;
            }
            else if (b == '-' && At(p + 1) == '-')
            {
                p = SkipLine(p + 2);
            }
            else
            {
                return b == '\'' && newline ? p + 1 : -1;
            }
        }

        return -1;
    }

    private int EscapeBody(int p, ref bool verify)
    {
        var text = _text;
        while (p < text.Length)
        {
            var b = text[p];
            if (b == '\'')
            {
                if (At(p + 1) != '\'')
                {
                    return p;
                }

                p += 2;
                continue;
            }

            if (b != '\\')
            {
                p++;
                continue;
            }

            if (p + 1 >= text.Length)
            {
                return text.Length;
            }

            var escape = text[p + 1];
            switch (escape)
            {
                case (byte)'u':
                case (byte)'U':
                    p = UnicodeEscape(p);
                    if (p < 0)
                    {
                        return -1;
                    }

                    break;
                case (byte)'x' when p + 2 < text.Length && Is(text[p + 2], HexDigit):
                {
                    var value = HexValue(text[p + 2]);
                    p += 3;
                    if (p < text.Length && Is(text[p], HexDigit))
                    {
                        value = (value * 16) + HexValue(text[p]);
                        p++;
                    }

                    verify |= value is 0 or >= 0x80;
                    break;
                }

                case >= (byte)'0' and <= (byte)'7':
                {
                    var value = 0;
                    var end = Math.Min(p + 4, text.Length);
                    p++;
                    while (p < end && text[p] is >= (byte)'0' and <= (byte)'7')
                    {
                        value = (value * 8) + text[p] - '0';
                        p++;
                    }

                    verify |= (value & 0xFF) is 0 or >= 0x80;
                    break;
                }

                default:
                    p += 2;
                    break;
            }
        }

        return p;
    }

    // \uXXXX or \UXXXXXXXX at p; a first half of a surrogate pair needs its second right behind.
    private int UnicodeEscape(int p)
    {
        var value = HexRun(p + 2, _text[p + 1] == 'u' ? 4 : 8);
        if (value < 0)
        {
            Fail("invalid Unicode escape", p);
            return -1;
        }

        p += _text[p + 1] == 'u' ? 6 : 10;
        if (value is >= 0xD800 and <= 0xDBFF)
        {
            if (At(p) == '\\' && (At(p + 1) | 0x20) == 'u')
            {
                var length = At(p + 1) == 'u' ? 4 : 8;
                var second = HexRun(p + 2, length);
                if (second is >= 0xDC00 and <= 0xDFFF)
                {
                    return p + 2 + length;
                }
            }

            Fail("invalid Unicode surrogate pair", p);
            return -1;
        }

        if (value is >= 0xDC00 and <= 0xDFFF)
        {
            Fail("invalid Unicode surrogate pair", p);
            return -1;
        }

        if (value is 0 or > 0x10FFFF)
        {
            Fail("invalid Unicode escape value", p);
            return -1;
        }

        return p;
    }

    private readonly long HexRun(int p, int length)
    {
        if (p + length > _text.Length)
        {
            return -1;
        }

        var value = 0L;
        for (var i = p; i < p + length; i++)
        {
            if (!Is(_text[i], HexDigit))
            {
                return -1;
            }

            value = (value * 16) + HexValue(_text[i]);
        }

        return value;
    }

    // Bytes written as \x or octal must give valid UTF-8 together with what stands beside them.
    private bool VerifyEscaped(int start)
    {
        var value = SqlText.DecodeString(_text[start..], SqlTokenKind.SConst, 0);
        return !value.Contains((byte)0) && Utf8.IsValid(value) || Fail("invalid byte sequence for encoding \"UTF8\"", start);
    }

    private bool QuotedIdentifier(int start, int quote, bool unicode)
    {
        var p = PlainBody(quote + 1, (byte)'"', doubled: true);
        if (p >= _text.Length)
        {
            return Fail("unterminated quoted identifier", start);
        }

        if (p == quote + 1)
        {
            return Fail("zero-length delimited identifier", start);
        }

        p++;
        Add(SqlTokenKind.Ident, start, p);
        _pos = p;
        if (unicode)
        {
            _tokens[_count - 1].Escape = (byte)'\\';
            return UescapeFollows(p) || CheckUnicode(_count - 1);
        }

        return true;
    }

    // Whether the next word is UESCAPE: then the escape character, and with it the check, is still to come.
    private readonly bool UescapeFollows(int p)
    {
        while (p < _text.Length)
        {
            if (Is(_text[p], Space))
            {
                p++;
            }
            else if (_text[p] == '-' && At(p + 1) == '-')
            {
                p = SkipLine(p + 2);
            }
            else if (_text[p] == '/' && At(p + 1) == '*')
            {
                p = SkipComment(p + 2);
                if (p < 0)
                {
                    return false;
                }
            }
            else
            {
                var end = p;
                while (end < _text.Length && Is(_text[end], WordPart))
                {
                    end++;
                }

                return SqlKeywords.EqualsFolded(_text[p..end], "uescape"u8);
            }
        }

        return false;
    }

    // UESCAPE after a U& literal: the next token has to be a one-character literal; both words vanish into the literal.
    private bool Uescape(int start, int end)
    {
        var target = _count - 1;
        if (_tokens[target].Escape == 0 || target == _combined)
        {
            Add(SqlTokenKind.Uescape, start, end);
            return true;
        }

        if (!NextToken())
        {
            return Fail("UESCAPE must be followed by a simple string literal", start);
        }

        // A U& literal is a token of another kind to PostgreSQL, and no simple one.
        if (_count != target + 2 || _tokens[target + 1].Kind != SqlTokenKind.SConst || _tokens[target + 1].Escape != 0)
        {
            return Fail("UESCAPE must be followed by a simple string literal", start);
        }

        var literal = _tokens[target + 1];
        var value = SqlText.DecodeString(_text[literal.Start..literal.End], literal.Kind, literal.Escape);
        if (value.Length != 1 || Is(value[0], HexDigit | Space) || value[0] is (byte)'+' or (byte)'\'' or (byte)'"')
        {
            return Fail("invalid Unicode escape character", literal.Start);
        }

        _count = target + 1;
        _combined = target;
        _tokens[target].Escape = value[0];
        return CheckUnicode(target);
    }

    private bool CheckUnicode(int index)
    {
        ref var token = ref _tokens[index];
        return SqlText.CheckUnicode(_text[token.Start..token.End], token.Kind == SqlTokenKind.Ident ? (byte)'"' : (byte)'\'', token.Escape)
            || Fail("invalid Unicode escape", token.Start);
    }
}
