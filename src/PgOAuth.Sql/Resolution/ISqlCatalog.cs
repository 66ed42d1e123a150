namespace PgOAuth.Sql.Resolution;

/// <summary>
/// A snapshot of a server's catalog, with the search path the proxy has pinned. Names are UTF-8 after PostgreSQL's folding; an
/// empty schema means: by the search path, with pg_catalog first when the path does not name it, and never a temporary schema.
/// Look-ups do not allocate, may be asked by many threads at once, and return the same objects as long as the snapshot lives.
/// </summary>
internal interface ISqlCatalog
{
    /// <summary>The database's name: the only one that <c>database.schema.table</c> may begin with.</summary>
    SqlName Database { get; }

    /// <summary>Where a new object without a schema goes: the first schema of the path that exists. Null: nowhere.</summary>
    SqlName? CreationSchema { get; }

    /// <summary>
    /// The schemas that names without one are looked up in, in their order and as they are pinned: also those that do not exist or
    /// that the role may not use. Without pg_catalog, unless the path names it.
    /// </summary>
    ReadOnlySpan<SqlName> SearchPath { get; }

    /// <summary>A relation of any kind, or null.</summary>
    SqlRelation? FindRelation(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name);

    /// <summary>All routines of a name: without a schema, those of all schemas on the path, in its order. Empty: none.</summary>
    ReadOnlySpan<SqlFunction> FindFunctions(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name);

    /// <summary>A type by its name in pg_type (<c>int4</c>, <c>_int4</c>), or null.</summary>
    SqlType? FindType(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name);

    /// <summary>A type by its oid, or null.</summary>
    SqlType? FindType(uint oid);

    /// <summary>Whether there are operators that are not the server's own.</summary>
    bool HasOperators { get; }

    /// <summary>All operators of a name that are not the server's own: without a schema, those of all schemas on the path. Empty: none.</summary>
    ReadOnlySpan<SqlCustomOperator> FindOperators(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name);

    /// <summary>All casts that are not the server's own and call a function. No schema or path limits them.</summary>
    ReadOnlySpan<SqlCustomCast> Casts { get; }
}
