namespace PgOAuth.Sql.Lexing;

/// <content>Operators, by scan.l's rules of the longest match.</content>
internal ref partial struct SqlLexer
{
    private bool OperatorToken()
    {
        var text = _text;
        var start = _pos;
        var p = start + 1;
        var special = text[start] is not ((byte)'+' or (byte)'-' or (byte)'*' or (byte)'/' or (byte)'<' or (byte)'>' or (byte)'=');
        while ((uint)p < (uint)text.Length && Is(text[p], Operator))
        {
            // A comment ends an operator.
            if ((text[p] == '-' && At(p + 1) == '-') || (text[p] == '/' && At(p + 1) == '*'))
            {
                break;
            }

            special |= text[p] is not ((byte)'+' or (byte)'-' or (byte)'*' or (byte)'/' or (byte)'<' or (byte)'>' or (byte)'=');
            p++;
        }

        // An operator of SQL's own characters only does not end in + or -, so that a=-1 is a = -1.
        if (!special)
        {
            while (p - start > 1 && text[p - 1] is (byte)'+' or (byte)'-')
            {
                p--;
            }
        }

        var length = p - start;
        var kind = SqlTokenKind.Op;
        if (length == 1)
        {
            kind = text[start] switch
            {
                (byte)'+' => SqlTokenKind.Plus,
                (byte)'-' => SqlTokenKind.Minus,
                (byte)'*' => SqlTokenKind.Star,
                (byte)'/' => SqlTokenKind.Slash,
                (byte)'%' => SqlTokenKind.Percent,
                (byte)'^' => SqlTokenKind.Caret,
                (byte)'<' => SqlTokenKind.Less,
                (byte)'>' => SqlTokenKind.Greater,
                (byte)'=' => SqlTokenKind.Equal,
                _ => SqlTokenKind.Op,
            };
        }
        else if (length == 2)
        {
            kind = (text[start], text[start + 1]) switch
            {
                ((byte)'=', (byte)'>') => SqlTokenKind.EqualsGreater,
                ((byte)'>', (byte)'=') => SqlTokenKind.GreaterEquals,
                ((byte)'<', (byte)'=') => SqlTokenKind.LessEquals,
                ((byte)'<', (byte)'>') => SqlTokenKind.NotEquals,
                ((byte)'!', (byte)'=') => SqlTokenKind.NotEquals,
                _ => SqlTokenKind.Op,
            };
        }
        else if (length >= 64)
        {
            return Fail("operator too long", start);
        }

        Add(kind, start, p);
        _pos = p;
        return true;
    }
}
