namespace PgOAuth.Sql.Resolution;

/// <summary>A cast of the catalog's snapshot that somebody has made and that calls a function.</summary>
/// <param name="Source">From this type.</param>
/// <param name="Target">To this type.</param>
/// <param name="Function">What it calls.</param>
/// <param name="IsImplicit">Whether it is made anywhere, unasked (castcontext i).</param>
internal sealed record SqlCustomCast(uint Source, uint Target, SqlFunction Function, bool IsImplicit = false);
