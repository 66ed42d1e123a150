using PgOAuth.Sql;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Enforcement;

/// <summary>The tokens of one statement, or of a body of code, with what they stand for (stage 7).</summary>
internal readonly ref struct StatementTokens
{
    /// <summary>Room for a name of any length: longer ones are cut, as PostgreSQL cuts them.</summary>
    internal const int NameBytes = SqlText.MaxIdentifierBytes + 1;

    private readonly ReadOnlySpan<byte> _text;
    private readonly ReadOnlySpan<SqlToken> _tokens;

    internal StatementTokens(ReadOnlySpan<byte> text, ReadOnlySpan<SqlToken> tokens)
    {
        _text = text;
        _tokens = tokens;
    }

    internal int Count => _tokens.Length;

    /// <summary>The kind of a token; end of text where there is none.</summary>
    internal SqlTokenKind this[int index] => (uint)index < (uint)_tokens.Length ? _tokens[index].Kind : SqlTokenKind.EndOfText;

    /// <summary>All tokens of a statement of the text that was parsed.</summary>
    internal static StatementTokens Of(ReadOnlySpan<byte> text, SqlParser parsed, in SqlStatement statement) =>
        new(text, parsed.Tokens.AsSpan(statement.Token, statement.EndToken - statement.Token));

    /// <summary>The tokens of a node of the text that was parsed.</summary>
    internal static StatementTokens Of(ReadOnlySpan<byte> text, SqlParser parsed, int node)
    {
        ref readonly var span = ref parsed.Nodes[node];
        return new StatementTokens(text, parsed.Tokens.AsSpan(span.Token, span.EndToken - span.Token));
    }

    internal StatementTokens Slice(int start, int length) => new(_text, _tokens.Slice(start, length));

    /// <summary>The token as written, quotes included.</summary>
    internal ReadOnlySpan<byte> Raw(int index) => _text[_tokens[index].Start.._tokens[index].End];

    /// <summary>Whether it is a word or a quoted name.</summary>
    internal bool IsName(int index) => this[index] is SqlTokenKind.Ident or >= SqlKeywords.First;

    /// <summary>Whether it is an unquoted word or a name in plain quotes.</summary>
    internal bool IsPlainName(int index) => IsName(index) && _tokens[index].Escape == 0;

    /// <summary>The name as PostgreSQL compares it: folded, unescaped, cut.</summary>
    /// <param name="index">A token that <see cref="IsName"/>.</param>
    /// <param name="buffer"><see cref="NameBytes"/> or more.</param>
    internal ReadOnlySpan<byte> Name(int index, Span<byte> buffer)
    {
        ref readonly var token = ref _tokens[index];
        var length = SqlText.WriteIdentifier(_text, token, buffer);
        if (_text[token.Start] != '"' && token.Escape == 0 && buffer[..length].Contains((byte)0xC4))
        {
            length = FoldDottedCapitals(buffer[..length]);
        }

        return buffer[..length];
    }

    /// <summary>The value of a string literal of any kind; false when it is none.</summary>
    internal bool TryLiteral(int index, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (this[index] is not SqlTokenKind.SConst)
        {
            return false;
        }

        var raw = Raw(index);
        if (raw[0] == '$')
        {
            var tag = raw[1..].IndexOf((byte)'$') + 2;
            value = raw[tag..^tag];
            return true;
        }

        if (raw[0] == '\'' && !raw[1..^1].Contains((byte)'\''))
        {
            value = raw[1..^1];
            return true;
        }

        value = SqlText.DecodeString(raw, SqlTokenKind.SConst, _tokens[index].Escape);
        return true;
    }

    /// <summary>What one word, literal or number says as a setting's value; false when it is none of them.</summary>
    internal bool TryValue(int index, Span<byte> buffer, out ReadOnlySpan<byte> value)
    {
        if (IsName(index))
        {
            value = Name(index, buffer);
            return true;
        }

        if (this[index] is SqlTokenKind.IConst or SqlTokenKind.FConst)
        {
            value = Raw(index);
            return true;
        }

        return TryLiteral(index, out value);
    }

    // A database with a single-byte Turkish encoding folds the dotted capital I to the ASCII letter.
    private static int FoldDottedCapitals(Span<byte> name)
    {
        var written = 0;
        for (var read = 0; read < name.Length; read++)
        {
            var isCapital = name[read] == 0xC4 && read + 1 < name.Length && name[read + 1] == 0xB0;
            name[written++] = isCapital ? (byte)'i' : name[read];
            read += isCapital ? 1 : 0;
        }

        return written;
    }
}
