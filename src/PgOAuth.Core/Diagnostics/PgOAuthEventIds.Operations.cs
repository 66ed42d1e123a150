namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>Somebody is in the admin database.</summary>
    public const int AdminSessionStarted = 9100;

    /// <summary>A session of the admin database read something.</summary>
    public const int AdminShown = 9101;

    /// <summary>A command of the admin database was refused: the token has expired or the scope is not the configured one any more.</summary>
    public const int AdminCommandRefused = 9102;

    /// <summary>Clients are held back from server connections.</summary>
    public const int Paused = 9110;

    /// <summary>Clients get server connections again.</summary>
    public const int Resumed = 9111;

    /// <summary>Server connections are replaced.</summary>
    public const int Reconnecting = 9112;

    /// <summary>An operator ended sessions.</summary>
    public const int SessionsKilled = 9113;

    /// <summary>New sessions use new settings.</summary>
    public const int SettingsReloaded = 9114;

    /// <summary>The settings were read again and have mistakes; nothing changed.</summary>
    public const int ReloadRefused = 9115;

    /// <summary>An operator stops the proxy.</summary>
    public const int ShutdownRequested = 9116;
}
