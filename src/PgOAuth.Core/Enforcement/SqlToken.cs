using System.Text;

namespace PgOAuth.Enforcement;

/// <summary>One token of a statement, as written (stage 7). Valid as long as the text it was read from.</summary>
internal readonly ref struct SqlToken
{
    internal SqlToken(SqlTokenKind kind, ReadOnlySpan<byte> raw, byte escape = (byte)'\\')
    {
        Kind = kind;
        Raw = raw;
        Escape = escape;
    }

    internal SqlTokenKind Kind { get; }

    /// <summary>The bytes of the token with its quotes, without a UESCAPE clause.</summary>
    internal ReadOnlySpan<byte> Raw { get; }

    /// <summary>The escape character of a U&amp; token.</summary>
    internal byte Escape { get; }

    internal bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName or SqlTokenKind.UnicodeName;

    internal bool IsString => Kind is SqlTokenKind.String or SqlTokenKind.EscapeString or SqlTokenKind.UnicodeString or SqlTokenKind.DollarString;

    internal bool EndsStatement => Kind is SqlTokenKind.End || IsSymbol(";"u8);

    /// <summary>Whether this is the keyword: unquoted, ASCII letters in any case, as PostgreSQL's keyword lookup.</summary>
    internal bool IsWord(ReadOnlySpan<byte> keyword) => Kind is SqlTokenKind.Word && Ascii.EqualsIgnoreCase(Raw, keyword);

    internal bool IsSymbol(ReadOnlySpan<byte> symbol) =>
        Kind is SqlTokenKind.Punctuation or SqlTokenKind.Operator && Raw.SequenceEqual(symbol);
}
