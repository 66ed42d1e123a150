using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Resolution;

/// <summary>The columns a query gives.</summary>
/// <param name="Start">In the scopes' memory.</param>
/// <param name="Count">How many are known.</param>
/// <param name="Open">Whether there may be others.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SqlOutput(int Start, int Count, bool Open);
