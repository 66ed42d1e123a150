namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>Code of the host application failed while authorizing; the login is refused.</summary>
    public const int AuthorizationError = 4000;

    /// <summary>A mapping gave a role that may not be given.</summary>
    public const int MappedRoleRefused = 4001;

    /// <summary>Neither scopes nor rules nor policies restrict connections.</summary>
    public const int NoScopeRequired = 4002;
}
