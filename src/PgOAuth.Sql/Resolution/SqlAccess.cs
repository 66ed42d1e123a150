using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql.Resolution;

/// <summary>One object that a statement accesses, at one place of its text. See <see cref="SqlAccessList"/>.</summary>
internal struct SqlAccess
{
    public SqlAccessKind Kind;

    public SqlAccessFlags Flags;

    /// <summary>The statement that does this: the nested INSERT, not the EXPLAIN around it. Of the first access: the outermost.</summary>
    public SqlNodeKind Statement;

    /// <summary>Of a Lock: its strength + 1; 0 for LOCK TABLE and all else.</summary>
    public byte LockStrength;

    /// <summary>System columns that are read: bit n is the column of number -n (1 ctid, 2 xmin, 3 cmin, 4 xmax, 5 cmax, 6 tableoid).</summary>
    public byte SystemColumns;

    /// <summary>The relation, or null: see <see cref="SqlAccessKind"/>.</summary>
    public SqlRelation? Relation;

    /// <summary>First token of the name in the text.</summary>
    public int Token;

    /// <summary>Token after the name.</summary>
    public int EndToken;

    // Slices of the list's pools.
    internal int ColumnsStart;
    internal int FunctionsStart;
    internal int FunctionsCount;
}
