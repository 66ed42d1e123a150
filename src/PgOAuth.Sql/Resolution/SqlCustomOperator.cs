namespace PgOAuth.Sql.Resolution;

/// <summary>An operator of the catalog's snapshot that somebody has made: one that is not the server's own.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Left">The type of its left operand; 0: it has none.</param>
/// <param name="Right">The type of its right operand.</param>
/// <param name="Function">What it calls.</param>
internal sealed record SqlCustomOperator(SqlName Schema, SqlName Name, uint Left, uint Right, SqlFunction Function);
