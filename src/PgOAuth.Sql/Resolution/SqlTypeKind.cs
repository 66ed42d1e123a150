namespace PgOAuth.Sql.Resolution;

/// <summary>pg_type.typtype.</summary>
internal enum SqlTypeKind : byte
{
    Base,
    Composite,
    Domain,
    Enum,
    Pseudo,
    Range,
    Multirange,
}
