using System.Buffers;
using System.Runtime.CompilerServices;

namespace PgOAuth.Sql.Lexing;

/// <summary>scan.l over UTF-8: the whole text becomes tokens, with the pairs of words base_yylex merges already merged.</summary>
internal ref partial struct SqlLexer
{
    // Classes of bytes. What is above 0x7F is part of a word, whatever the character (no-break space and BOM too).
    private const byte Space = 1;
    private const byte WordStart = 2;
    private const byte WordPart = 4;
    private const byte Operator = 8;
    private const byte Digit = 16;
    private const byte HexDigit = 32;

    private static readonly byte[] Classes = BuildClasses();

    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private readonly ReadOnlySpan<byte> _text;
    private SqlToken[] _tokens;
    private int _count;
    private int _pos;

    // The last token that took its UESCAPE in: a second one is a word like any other.
    private int _combined = -1;

    public SqlLexer(ReadOnlySpan<byte> text, SqlToken[] buffer)
    {
        _text = text;
        _tokens = buffer;
    }

    /// <summary>The tokens, followed by at least four of <see cref="SqlTokenKind.EndOfText"/>. May be another array than the one given.</summary>
    public readonly SqlToken[] Tokens => _tokens;

    public readonly int Count => _count;

    /// <summary>Null when all of the text is tokens; else PostgreSQL's message.</summary>
    public string? Error { get; private set; }

    public int ErrorPosition { get; private set; }

    public bool Run()
    {
        while (NextToken())
        {
        }

        // The parser looks ahead without asking where the end is.
        for (var i = 0; i < 4; i++)
        {
            Add(SqlTokenKind.EndOfText, _text.Length, _text.Length);
        }

        _count -= 4;
        return Error is null;
    }

    private static byte[] BuildClasses()
    {
        var table = new byte[256];
        for (var b = 0; b < 256; b++)
        {
            var c = (char)b;
            if (c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
            {
                table[b] |= Space;
            }

            if (char.IsAsciiLetter(c) || c == '_' || b >= 0x80)
            {
                table[b] |= WordStart | WordPart;
            }

            if (char.IsAsciiDigit(c))
            {
                table[b] |= WordPart | Digit;
            }

            if (c == '$')
            {
                table[b] |= WordPart;
            }

            if (char.IsAsciiHexDigit(c))
            {
                table[b] |= HexDigit;
            }
        }

        foreach (var c in "~!@#^&|`?+-*/%<>="u8)
        {
            table[c] |= Operator;
        }

        return table;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(byte b, byte classes) => (Classes[b] & classes) != 0;

    private readonly byte At(int index) => (uint)index < (uint)_text.Length ? _text[index] : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(SqlTokenKind kind, int start, int end)
    {
        if ((uint)_count >= (uint)_tokens.Length)
        {
            Array.Resize(ref _tokens, _tokens.Length * 2);
        }

        ref var token = ref _tokens[_count++];
        token.Kind = kind;
        token.Escape = 0;
        token.Start = start;
        token.End = end;
    }

    private bool Fail(string message, int position)
    {
        if (Error is null)
        {
            Error = message;
            ErrorPosition = position;
        }

        return false;
    }

    private bool NextToken()
    {
        var text = _text;
        var p = _pos;
        while (true)
        {
            if ((uint)p >= (uint)text.Length)
            {
                return false;
            }

            var b = text[p];
            if (Is(b, Space))
            {
                p++;
            }
            else if (b == '-' && At(p + 1) == '-')
            {
                p = SkipLine(p + 2);
            }
            else if (b == '/' && At(p + 1) == '*')
            {
                var end = SkipComment(p + 2);
                if (end < 0)
                {
                    return Fail("unterminated /* comment", p);
                }

                p = end;
            }
            else
            {
                _pos = p;
                return (Classes[b] & (WordStart | Digit | Operator)) switch
                {
                    WordStart => Word(b),
                    Digit => Number(),
                    Operator => OperatorToken(),
                    _ => Other(b),
                };
            }
        }
    }

    private readonly int SkipLine(int p)
    {
        var i = _text[p..].IndexOfAny(LineEnds);
        return i < 0 ? _text.Length : p + i;
    }

    private readonly int SkipComment(int p)
    {
        var depth = 1;
        while (p < _text.Length)
        {
            if (_text[p] == '*' && At(p + 1) == '/')
            {
                p += 2;
                if (--depth == 0)
                {
                    return p;
                }
            }
            else if (_text[p] == '/' && At(p + 1) == '*')
            {
                p += 2;
                depth++;
            }
            else
            {
                p++;
            }
        }

        return -1;
    }

    private bool Word(byte first)
    {
        var start = _pos;
        var next = At(start + 1);
        if (next == '\'')
        {
            switch (first | 0x20)
            {
                case 'e':
                    return Quoted(start, start + 1, QuoteKind.Escape);
                case 'b':
                    return Quoted(start, start + 1, QuoteKind.Bits);
                case 'x':
                    return Quoted(start, start + 1, QuoteKind.Hex);
                case 'n':
                    // N'..' is the keyword NCHAR, then an ordinary literal.
                    Add(SqlTokenKind.Nchar, start, start + 1);
                    _pos = start + 1;
                    return true;
            }
        }
        else if (next == '&' && (first | 0x20) == 'u')
        {
            var quote = At(start + 2);
            if (quote == '"')
            {
                return QuotedIdentifier(start, start + 2, unicode: true);
            }

            if (quote == '\'')
            {
                return Quoted(start, start + 2, QuoteKind.Unicode);
            }
        }

        var text = _text;
        var p = start;
        var hash = 0u;
        byte b;
        do
        {
            hash = SqlKeywords.HashStep(hash, text[p]);
            p++;
        }
        while ((uint)p < (uint)text.Length && Is(b = text[p], WordPart));

        var kind = SqlKeywords.Find(text[start..p], hash);
        _pos = p;
        if (kind == SqlTokenKind.Uescape && _count > 0)
        {
            return Uescape(start, p);
        }

        MergePair(kind);
        Add(kind, start, p);
        return true;
    }

    // base_yylex: some words change their meaning by the word that follows.
    private readonly void MergePair(SqlTokenKind second)
    {
        SqlTokenKind first;
        SqlTokenKind merged;
        switch (second)
        {
            case SqlTokenKind.Between:
            case SqlTokenKind.In:
            case SqlTokenKind.Like:
            case SqlTokenKind.Ilike:
            case SqlTokenKind.Similar:
                first = SqlTokenKind.Not;
                merged = SqlTokenKind.NotLa;
                break;
            case SqlTokenKind.First:
            case SqlTokenKind.Last:
                first = SqlTokenKind.Nulls;
                merged = SqlTokenKind.NullsLa;
                break;
            case SqlTokenKind.Json:
                first = SqlTokenKind.Format;
                merged = SqlTokenKind.FormatLa;
                break;
            case SqlTokenKind.Ordinality:
                first = SqlTokenKind.With;
                merged = SqlTokenKind.WithLa;
                break;
            case SqlTokenKind.Time:
                if (_count > 0 && _tokens[_count - 1].Kind == SqlTokenKind.Without)
                {
                    _tokens[_count - 1].Kind = SqlTokenKind.WithoutLa;
                    return;
                }

                first = SqlTokenKind.With;
                merged = SqlTokenKind.WithLa;
                break;
            default:
                return;
        }

        if (_count > 0 && _tokens[_count - 1].Kind == first)
        {
            _tokens[_count - 1].Kind = merged;
        }
    }

    private bool Other(byte b)
    {
        var start = _pos;
        var kind = SqlTokenKind.EndOfText;
        var length = 1;
        switch (b)
        {
            case (byte)'\'':
                return Quoted(start, start, QuoteKind.Plain);
            case (byte)'"':
                return QuotedIdentifier(start, start, unicode: false);
            case (byte)'$':
                return Dollar();
            case (byte)'.':
                if (Is(At(start + 1), Digit))
                {
                    return Number();
                }

                kind = SqlTokenKind.Dot;
                if (At(start + 1) == '.')
                {
                    kind = SqlTokenKind.DotDot;
                    length = 2;
                }

                break;
            case (byte)':':
                kind = SqlTokenKind.Colon;
                if (At(start + 1) == ':')
                {
                    kind = SqlTokenKind.TypeCast;
                    length = 2;
                }
                else if (At(start + 1) == '=')
                {
                    kind = SqlTokenKind.ColonEquals;
                    length = 2;
                }

                break;
            case (byte)',':
                kind = SqlTokenKind.Comma;
                break;
            case (byte)'(':
                kind = SqlTokenKind.LeftParen;
                break;
            case (byte)')':
                kind = SqlTokenKind.RightParen;
                break;
            case (byte)'[':
                kind = SqlTokenKind.LeftBracket;
                break;
            case (byte)']':
                kind = SqlTokenKind.RightBracket;
                break;
            case (byte)';':
                kind = SqlTokenKind.Semicolon;
                break;
            default:
                return Fail("syntax error", start);
        }

        Add(kind, start, start + length);
        _pos = start + length;
        return true;
    }
}
