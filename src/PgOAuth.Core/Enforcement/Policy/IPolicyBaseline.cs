using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Policy;

/// <summary>What PgOAuth ships with: which of the server's own objects are harmless (stage 7). Asked by many threads; allocates nothing.</summary>
internal interface IPolicyBaseline
{
    /// <summary>Whether the function only computes: it runs no text, reads no file, changes no setting and does not sleep.</summary>
    bool IsHarmless(SqlFunction function);

    /// <summary>Whether only a rule that names the function allows it, and no pattern, wherever it is: dblink in public, for example.</summary>
    bool IsDangerous(SqlFunction function);

    /// <summary>Whether only a rule that names the relation allows it, and no pattern: it shows other people's data or statements.</summary>
    bool IsDangerous(SqlRelation relation);

    /// <summary>Whether the catalog relation may be read by everybody.</summary>
    /// <param name="relation">A relation of the server's own.</param>
    /// <param name="column">The column, also a system column; empty when none is read.</param>
    bool IsMetadata(SqlRelation relation, ReadOnlySpan<byte> column);
}
