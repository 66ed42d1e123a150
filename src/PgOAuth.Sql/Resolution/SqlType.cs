namespace PgOAuth.Sql.Resolution;

/// <summary>A type of the catalog's snapshot.</summary>
/// <param name="Oid">pg_type.oid.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Relation">Of a row type: the relation it is the row of (also that of a free-standing composite type).</param>
/// <param name="BaseType">Of a domain: the type below it. Of an array: its elements'. 0 for all else.</param>
internal sealed record SqlType(uint Oid, SqlName Schema, SqlName Name, SqlTypeKind Kind, SqlRelation? Relation, uint BaseType);
