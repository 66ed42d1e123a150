namespace PgOAuth.Sql.Syntax;

/// <summary>Strength of a row lock.</summary>
internal enum SqlLockStrength
{
    ForKeyShare,
    ForShare,
    ForNoKeyUpdate,
    ForUpdate,
}
