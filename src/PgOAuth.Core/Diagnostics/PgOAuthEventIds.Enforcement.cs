namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>A database's catalog could not be read; statements are judged by what was read before, and refused when that is too old.</summary>
    public const int CatalogNotRead = 7001;

    /// <summary>A token's authorization_details hold something that gives no rights.</summary>
    public const int AuthorizationDetailsIgnored = 7002;

    /// <summary>The statement gate is on, and no rule allows anything.</summary>
    public const int PolicyGivesNothing = 7010;
}
