using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Resolution;

/// <summary>A WITH item.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SqlCteEntry
{
    public SqlNameRef Name;

    public int Node;

    public SqlCteState State;

    public int ColumnsStart;

    public int ColumnsCount;

    public bool Open;

    /// <summary>Its level.</summary>
    public int Level;
}
