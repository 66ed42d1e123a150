using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: one schema of a snapshot. Immutable.</summary>
internal sealed class CatalogSchema
{
    internal required uint Oid { get; init; }

    internal required SqlName Name { get; init; }

    internal required NameTable<SqlRelation> Relations { get; init; }

    /// <summary>All routines of a name together.</summary>
    internal required NameTable<SqlFunction[]> Functions { get; init; }

    internal required NameTable<SqlType> Types { get; init; }
}
