namespace PgOAuth.Sql.Syntax;

/// <summary>The names of <see cref="SqlSpecialFunction"/>, in its order.</summary>
internal static class SqlSpecialFunctionNames
{
    private static readonly string[] Names =
    [
        "btrim", "extract", "is_normalized", "json_object", "like_escape", "ltrim", "normalize", "overlaps", "overlay", "pg_collation_for",
        "position", "rtrim", "similar_to_escape", "substring", "system_user", "timezone", "xmlexists",
    ];

    public static string Of(SqlSpecialFunction function) => Names[(int)function];
}
