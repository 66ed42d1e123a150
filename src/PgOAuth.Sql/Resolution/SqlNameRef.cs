using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Resolution;

/// <summary>A folded name in the scopes' memory.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SqlNameRef(int Start, int Length, uint Hash);
