namespace PgOAuth.Sql.Syntax;

/// <summary>Functions of pg_catalog that the grammar calls for special syntax. The names are <see cref="SqlSpecialFunctionNames"/>.</summary>
internal enum SqlSpecialFunction
{
    Btrim,
    Extract,
    IsNormalized,
    JsonObject,
    LikeEscape,
    Ltrim,
    Normalize,
    Overlaps,
    Overlay,
    PgCollationFor,
    Position,
    Rtrim,
    SimilarToEscape,
    Substring,
    SystemUser,
    Timezone,
    Xmlexists,
}
