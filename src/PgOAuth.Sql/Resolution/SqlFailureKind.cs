namespace PgOAuth.Sql.Resolution;

/// <summary>Why a statement could not be resolved.</summary>
internal enum SqlFailureKind : byte
{
    /// <summary>It was.</summary>
    None,

    /// <summary>A name is not in the snapshot: a newer one may have it.</summary>
    NotFound,

    /// <summary>It is beyond what the resolver understands, whatever the catalog says.</summary>
    NotUnderstood,
}
