namespace PgOAuth.Diagnostics;

/// <summary>The event ids of PgOAuth's log entries: one thousand for each stage, in the order of the data path.</summary>
public static partial class PgOAuthEventIds
{
    /// <summary>A server connection is logged in.</summary>
    public const int UpstreamConnected = 5000;

    /// <summary>A role was inspected and is safe to give.</summary>
    public const int RoleInspected = 5001;

    /// <summary>A CancelRequest reached the server.</summary>
    public const int CancelDelivered = 5002;

    /// <summary>A CancelRequest could not be delivered.</summary>
    public const int CancelNotDelivered = 5003;

    /// <summary>A pool could not open a connection.</summary>
    public const int PoolConnectionFailed = 5004;

    /// <summary>At start: a remote server is reached without TLS.</summary>
    public const int PlaintextUpstream = 5010;

    /// <summary>At start: a server's certificate is not verified.</summary>
    public const int UnverifiedUpstream = 5011;

    /// <summary>At start: a server may ask for the password in clear.</summary>
    public const int CleartextPasswordAllowed = 5012;

    /// <summary>At start: a server may ask for an MD5 password.</summary>
    public const int Md5PasswordAllowed = 5013;
}
