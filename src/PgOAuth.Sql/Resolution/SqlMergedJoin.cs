using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Resolution;

/// <summary>A join that merges columns (USING, NATURAL): its entries, and the names, which stand among the columns.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SqlMergedJoin
{
    public int Start;

    public int Middle;

    public int End;

    public int NamesStart;

    public int NamesCount;
}
