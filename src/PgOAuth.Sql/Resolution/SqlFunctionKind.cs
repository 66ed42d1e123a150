namespace PgOAuth.Sql.Resolution;

/// <summary>pg_proc.prokind.</summary>
internal enum SqlFunctionKind : byte
{
    Function,
    Procedure,
    Aggregate,
    Window,
}
