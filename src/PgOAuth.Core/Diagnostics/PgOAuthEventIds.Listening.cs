namespace PgOAuth.Diagnostics;

/// <summary>Event ids of the log, by stage: 1000 listening, 2000 startup, … 8000 auditing, 9000 sessions, 10000 hosting. Stable: a retired id is not used again.</summary>
public static partial class PgOAuthEventIds
{
    /// <summary>An endpoint accepts connections.</summary>
    public const int ListeningStarted = 1000;

    /// <summary>An endpoint no longer accepts connections.</summary>
    public const int ListeningStopped = 1001;

    /// <summary>One accept failed; it is tried again.</summary>
    public const int AcceptFailed = 1002;

    /// <summary>An accept loop ended with an error; the proxy stops.</summary>
    public const int AcceptLoopDied = 1003;

    /// <summary>Connections were closed unread, because too many others had not logged in; told once a minute at most.</summary>
    public const int ConnectionsDropped = 1004;

    /// <summary>Changed certificates are in force.</summary>
    public const int TlsCertificateReloaded = 1010;

    /// <summary>Changed certificates cannot be used.</summary>
    public const int TlsCertificateReloadFailed = 1011;

    /// <summary>A setting whose name begins with Dangerous is in force.</summary>
    public const int DangerousSetting = 1020;
}
