using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Resolution;

/// <summary>A column that an entry, a sub-select or a WITH item shows.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SqlOutputColumn
{
    public SqlNameRef Name;

    /// <summary>Entry of the same level that it is a column of; -1: the entry that shows it, or none.</summary>
    public int Entry;

    /// <summary>Index in the relation's columns, or -1: reading it reads nothing more.</summary>
    public int Column;
}
