using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Resolution;

/// <summary>A query level: PostgreSQL's ParseState.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SqlScopeLevel
{
    /// <summary>The level around it, or -1.</summary>
    public int Parent;

    public int EntryStart;

    /// <summary>The entries that names see at the moment: all, or a join's own for its ON, or none.</summary>
    public int VisibleStart;

    public int VisibleEnd;

    /// <summary>WITH items that can be seen.</summary>
    public int CteStart;

    public int CteEnd;

    public int JoinStart;

    /// <summary>Whether names that nobody knows are let pass: parameters of a function's body, columns of a table being created.</summary>
    public bool Open;
}
