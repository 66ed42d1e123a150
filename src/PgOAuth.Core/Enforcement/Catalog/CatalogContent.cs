using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: everything a snapshot knows that is the same for every role. Immutable.</summary>
internal sealed class CatalogContent
{
    internal required NameTable<CatalogSchema> Schemas { get; init; }

    internal required IReadOnlyDictionary<uint, SqlRelation> Relations { get; init; }

    internal required IReadOnlyDictionary<uint, SqlType> Types { get; init; }

    /// <summary>Those that are not the server's own, by name, of all schemas.</summary>
    internal required NameTable<SqlCustomOperator[]> Operators { get; init; }

    /// <summary>Those that are not the server's own and call a function.</summary>
    internal required SqlCustomCast[] Casts { get; init; }

    internal required int ColumnCount { get; init; }

    /// <summary>About what it takes in memory.</summary>
    internal required long EstimatedBytes { get; init; }
}
