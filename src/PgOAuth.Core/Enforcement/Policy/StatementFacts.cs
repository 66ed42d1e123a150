using PgOAuth.Sql;
using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;
using LexToken = PgOAuth.Sql.Lexing.SqlToken;

namespace PgOAuth.Enforcement.Policy;

/// <summary>One statement with everything that is known of it: what stage 7 decides on. Valid as long as its parser and resolver rest.</summary>
/// <param name="text">The text that was parsed.</param>
/// <param name="tokens">Its tokens.</param>
/// <param name="nodes">Its nodes.</param>
/// <param name="statement">The statement in it.</param>
/// <param name="accesses">What the statement accesses.</param>
/// <param name="catalog">Where its names were looked up.</param>
internal readonly ref struct StatementFacts(
    ReadOnlySpan<byte> text,
    LexToken[] tokens,
    SqlNode[] nodes,
    SqlStatement statement,
    SqlAccessList accesses,
    ISqlCatalog catalog)
{
    internal ReadOnlySpan<byte> Text { get; } = text;

    internal LexToken[] Tokens { get; } = tokens;

    internal SqlNode[] Nodes { get; } = nodes;

    internal SqlStatement Statement { get; } = statement;

    internal SqlAccessList Accesses { get; } = accesses;

    internal ISqlCatalog Catalog { get; } = catalog;

    /// <summary>The tokens of the whole statement.</summary>
    internal ReadOnlySpan<LexToken> Words => WordsOf(Statement.Root);

    internal ReadOnlySpan<LexToken> WordsOf(int node) => Tokens.AsSpan(Nodes[node].Token, Nodes[node].EndToken - Nodes[node].Token);

    /// <summary>The bytes from one token up to another.</summary>
    internal (int Start, int End) SpanOf(int token, int endToken)
    {
        var start = Tokens[token].Start;
        return endToken > token ? (start, Tokens[endToken - 1].End) : (start, start);
    }
}
