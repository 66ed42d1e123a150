using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql.Resolution;

/// <summary>
/// From a parsed statement and a catalog to what it accesses, as PostgreSQL's own analysis would find it. One object serves one
/// statement at a time and keeps its buffers: once they have grown, a statement costs no allocation.
/// </summary>
internal sealed class SqlResolver
{
    private readonly SqlScopes _scopes = new();

    /// <summary>Fills <paramref name="accesses"/>. Anything not found or not understood is its <see cref="SqlAccessList.Failure"/>.</summary>
    /// <param name="text">The text that was parsed.</param>
    /// <param name="tokens">The parser's tokens.</param>
    /// <param name="nodes">The parser's nodes.</param>
    /// <param name="statement">One of the parser's statements.</param>
    /// <param name="catalog">Where names are looked up.</param>
    /// <param name="accesses">Cleared and filled.</param>
    /// <param name="allowUnknown">
    /// The catalog may be behind what the session sees, for it has changed definitions in a transaction that is still open: names that are
    /// not found stand for unknown objects (<see cref="SqlRelation.IsUnknown"/>), and whatever else a name could mean, should what the
    /// catalog has be gone, counts, too.
    /// </param>
    /// <param name="parameterTypes">The types that Parse declares for parameters: values of them may be in the statement.</param>
    public void Resolve(
        ReadOnlySpan<byte> text,
        SqlToken[] tokens,
        SqlNode[] nodes,
        SqlStatement statement,
        ISqlCatalog catalog,
        SqlAccessList accesses,
        bool allowUnknown = false,
        ReadOnlySpan<uint> parameterTypes = default)
    {
        accesses.Clear();
        ref var root = ref nodes[statement.Root];
        accesses.Add(SqlAccessKind.Statement, statement.Kind, null, root.Token, root.EndToken);
        var resolution = new SqlResolution(text, tokens, nodes, catalog, accesses, _scopes, allowUnknown);
        resolution.Statement(statement.Root);
        resolution.ImpliedCalls(statement.Root, parameterTypes);
        _scopes.Clear();
    }
}
