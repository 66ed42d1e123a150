using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Resolution;

/// <summary>What one item of FROM (or a target) shows to names: PostgreSQL's ParseNamespaceItem.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SqlRangeEntry
{
    /// <summary>Alias, or the relation's or function's name. Length 0: none.</summary>
    public SqlNameRef Name;

    /// <summary>The relation, when the entry is one.</summary>
    public SqlRelation? Relation;

    /// <summary>Its columns in the scopes' memory; -1: the relation's own, with their own names.</summary>
    public int ColumnsStart;

    public int ColumnsCount;

    /// <summary>The access that reads of it count to; -1: none yet.</summary>
    public int Access;

    /// <summary>Another entry whose access it shares (OLD and NEW); -1: none.</summary>
    public int SameAs;

    /// <summary>Accesses that came from within it (a sub-select): those a row lock reaches.</summary>
    public int AccessFrom;

    public int AccessTo;

    public int Token;

    public int EndToken;

    /// <summary>Whether unqualified names find its columns.</summary>
    public bool ColumnsVisible;

    /// <summary>Whether qualified names find it.</summary>
    public bool NameVisible;

    /// <summary>Whether it has more columns than are known (a function's result).</summary>
    public bool Open;

    /// <summary>Whether it was given an alias: then a name with a schema does not mean it.</summary>
    public bool Aliased;

    /// <summary>Whether it stands under an alias for a whole join.</summary>
    public bool Hidden;

    public bool Only;

    /// <summary>Whether it is what a function gives, which need not be a row.</summary>
    public bool IsFunction;
}
