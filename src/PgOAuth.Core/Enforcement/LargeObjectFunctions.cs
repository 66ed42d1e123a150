namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7: what a FunctionCall message may call. Drivers use that message for large objects and nothing else: libpq's <c>lo_open</c> and
/// its relatives, psql's <c>\lo_import</c>, pgjdbc's <c>LargeObjectManager</c>. Each is judged as the statement that does the same.
/// </summary>
internal static class LargeObjectFunctions
{
    /// <summary>The statement for a function of pg_catalog. Numbers of built-in functions never change (pg_proc.dat).</summary>
    /// <param name="oid">The function's number, from the message.</param>
    /// <param name="sql">The text.</param>
    internal static bool TryFind(uint oid, out ReadOnlySpan<byte> sql)
    {
        sql = oid switch
        {
            715 => "SELECT pg_catalog.lo_create($1)"u8,
            952 => "SELECT pg_catalog.lo_open($1, $2)"u8,
            953 => "SELECT pg_catalog.lo_close($1)"u8,
            954 => "SELECT pg_catalog.loread($1, $2)"u8,
            955 => "SELECT pg_catalog.lowrite($1, $2)"u8,
            956 => "SELECT pg_catalog.lo_lseek($1, $2, $3)"u8,
            957 => "SELECT pg_catalog.lo_creat($1)"u8,
            958 => "SELECT pg_catalog.lo_tell($1)"u8,
            964 => "SELECT pg_catalog.lo_unlink($1)"u8,
            1004 => "SELECT pg_catalog.lo_truncate($1, $2)"u8,
            3170 => "SELECT pg_catalog.lo_lseek64($1, $2, $3)"u8,
            3171 => "SELECT pg_catalog.lo_tell64($1)"u8,
            3172 => "SELECT pg_catalog.lo_truncate64($1, $2)"u8,
            _ => default,
        };
        return !sql.IsEmpty;
    }
}
