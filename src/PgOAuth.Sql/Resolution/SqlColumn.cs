namespace PgOAuth.Sql.Resolution;

/// <summary>A column that is not dropped.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">pg_attribute.attnum: from 1, with gaps where columns were dropped.</param>
/// <param name="Type">pg_type's oid; 0 when not known.</param>
internal sealed record SqlColumn(SqlName Name, short Number, uint Type);
