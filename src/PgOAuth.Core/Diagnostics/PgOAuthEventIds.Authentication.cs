namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>A token was accepted.</summary>
    public const int AuthenticationAccepted = 3000;

    /// <summary>A token was refused.</summary>
    public const int AuthenticationRefused = 3001;

    /// <summary>A token validator threw; the login was refused.</summary>
    public const int AuthenticationValidatorFailed = 3002;

    /// <summary>An issuer's keys were obtained for the first time, or are others than before.</summary>
    public const int AuthenticationKeysChanged = 3010;

    /// <summary>An issuer's keys could not be obtained; the last good ones, if any, stay in use.</summary>
    public const int AuthenticationKeyFetchFailed = 3011;

    /// <summary>A key of an issuer's key set was left out.</summary>
    public const int AuthenticationKeyIgnored = 3012;

    /// <summary>An issuer may be asked over http.</summary>
    public const int AuthenticationHttpAllowed = 3020;
}
