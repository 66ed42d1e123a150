namespace PgOAuth.Sql.Resolution;

/// <summary>What else an access says.</summary>
[Flags]
internal enum SqlAccessFlags : byte
{
    None = 0,

    /// <summary>ONLY was written.</summary>
    Only = 1,

    /// <summary>The whole row as one value: all columns are set, too.</summary>
    WholeRow = 2,

    /// <summary>The relation has parents and is named directly, not through them: see <see cref="SqlRelation.Parents"/>.</summary>
    Child = 4,

    /// <summary>Inside the definition of an object that is only created now (view, function, rule, policy): it is read when that is used.</summary>
    Deferred = 8,

    /// <summary>
    /// All of the relation counts, with columns nobody knows of: the statement names a column that may be one of its new ones, or
    /// means this relation should another of that name be gone. Only where the snapshot may be behind.
    /// </summary>
    Entire = 16,
}
