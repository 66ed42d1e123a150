namespace PgOAuth.Sql.Resolution;

/// <summary>How far a WITH item is.</summary>
internal enum SqlCteState : byte
{
    Pending,

    /// <summary>Its query is being resolved; a recursive one's columns are not known yet.</summary>
    Running,

    /// <summary>A recursive one's first part is done: it can be named.</summary>
    Recursing,

    Done,
}
