namespace PgOAuth.Enforcement;

/// <summary>
/// Cuts SQL text into tokens exactly where PostgreSQL's scanner (<c>scan.l</c>, standard_conforming_strings on) does, for stage 7.
/// The text must be valid UTF-8. Copy it to look ahead.
/// </summary>
internal ref struct SqlTokenizer
{
    private readonly ReadOnlySpan<byte> _text;
    private int _position;

    internal SqlTokenizer(ReadOnlySpan<byte> text)
    {
        _text = text;
        _position = 0;
    }

    /// <summary>The next token; after <see cref="SqlTokenKind.Unreadable"/> the rest of the text means nothing.</summary>
    internal SqlToken Read()
    {
        var token = ReadOne();
        if (token.Kind is not (SqlTokenKind.UnicodeName or SqlTokenKind.UnicodeString))
        {
            return token;
        }

        var ahead = this;
        if (!ahead.ReadOne().IsWord("uescape"u8))
        {
            return token;
        }

        var clause = ahead.ReadOne();
        Span<byte> escape = stackalloc byte[8];
        if (!clause.IsString || clause.Kind is SqlTokenKind.UnicodeString
            || SqlTextDecoder.Decode(clause, escape, out var length) is not SqlTextResult.Whole
            || length != 1 || !IsUnicodeEscape(escape[0]))
        {
            return default;
        }

        this = ahead;
        return new SqlToken(token.Kind, token.Raw, escape[0]);
    }

    internal readonly SqlToken Peek()
    {
        var ahead = this;
        return ahead.Read();
    }

    private SqlToken ReadOne()
    {
        var start = SqlTrivia.Skip(_text, _position);
        if (start < 0)
        {
            return default;
        }

        _position = start;
        if (start == _text.Length)
        {
            return new SqlToken(SqlTokenKind.End, default);
        }

        var first = _text[start];
        var second = At(start + 1);
        return first switch
        {
            (byte)'\'' => Take(SqlTokenKind.String, SqlQuotes.EndOfString(_text, start + 1, doubling: true)),
            (byte)'"' => Take(SqlTokenKind.QuotedName, SqlQuotes.EndOfName(_text, start + 1)),
            (byte)'e' or (byte)'E' when second == '\'' => Take(SqlTokenKind.EscapeString, SqlQuotes.EndOfEscapeString(_text, start + 2)),
            (byte)'b' or (byte)'B' or (byte)'x' or (byte)'X' when second == '\'' =>
                Take(SqlTokenKind.BitString, SqlQuotes.EndOfString(_text, start + 2, doubling: false)),
            (byte)'u' or (byte)'U' when second == '&' && At(start + 2) == '\'' =>
                Take(SqlTokenKind.UnicodeString, SqlQuotes.EndOfString(_text, start + 3, doubling: true)),
            (byte)'u' or (byte)'U' when second == '&' && At(start + 2) == '"' =>
                Take(SqlTokenKind.UnicodeName, SqlQuotes.EndOfName(_text, start + 3)),
            (byte)'$' => ReadDollar(),
            (byte)'.' when char.IsAsciiDigit((char)second) => Take(SqlTokenKind.Number, SqlNumber.End(_text, start)),
            >= (byte)'0' and <= (byte)'9' => Take(SqlTokenKind.Number, SqlNumber.End(_text, start)),
            _ when SqlCharacters.StartsName(first) => Take(SqlTokenKind.Word, EndOfWord(start + 1)),
            _ when SqlCharacters.IsOperator(first) => Take(SqlTokenKind.Operator, SqlOperator.End(_text, start)),
            (byte)':' when second is (byte)':' or (byte)'=' => Take(SqlTokenKind.Punctuation, start + 2),
            (byte)'.' when second == '.' => Take(SqlTokenKind.Punctuation, start + 2),
            (byte)',' or (byte)'(' or (byte)')' or (byte)'[' or (byte)']' or (byte)'.' or (byte)';' or (byte)':' =>
                Take(SqlTokenKind.Punctuation, start + 1),
            _ => default,
        };
    }

    private SqlToken ReadDollar()
    {
        var tagEnd = SqlQuotes.EndOfDollarTag(_text, _position);
        if (tagEnd > 0)
        {
            return Take(SqlTokenKind.DollarString, SqlQuotes.EndOfDollarString(_text, _position, tagEnd));
        }

        var end = _position + 1;
        while (char.IsAsciiDigit((char)At(end)))
        {
            end++;
        }

        // "$1abc" is an error to PostgreSQL 15 and later and two tokens to earlier versions.
        return end == _position + 1 || SqlCharacters.StartsName(At(end)) ? default : Take(SqlTokenKind.Parameter, end);
    }

    private readonly int EndOfWord(int end)
    {
        while (end < _text.Length && SqlCharacters.ContinuesName(_text[end]))
        {
            end++;
        }

        return end;
    }

    private SqlToken Take(SqlTokenKind kind, int end)
    {
        if (end < 0)
        {
            return default;
        }

        var raw = _text[_position..end];
        _position = end;
        return new SqlToken(kind, raw);
    }

    // Past the end reads as NUL, which no rule accepts.
    private readonly byte At(int index) => (uint)index < (uint)_text.Length ? _text[index] : (byte)0;

    // What check_uescapechar of PostgreSQL's parser.c refuses: hex digits, plus, quotes, white space. Bytes of longer characters too.
    private static bool IsUnicodeEscape(byte value) =>
        value < 0x80 && !char.IsAsciiHexDigit((char)value) && value is not ((byte)'+' or (byte)'\'' or (byte)'"') && value > (byte)' ' && value != 0x7F;
}
