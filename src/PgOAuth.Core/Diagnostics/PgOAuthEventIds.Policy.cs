namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>The statement gate is on, and no rule allows anything.</summary>
    public const int PolicyGivesNothing = 7010;
}
