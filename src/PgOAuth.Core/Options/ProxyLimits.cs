namespace PgOAuth.Options;

/// <summary>Caps on connections, sizes and times. None is unlimited.</summary>
public sealed class ProxyLimits
{
    /// <summary>Client connections at once, over all endpoints; more are refused with 53300.</summary>
    /// <value>Default: 10,000.</value>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Client connections at once from one IP address (one /64 for IPv6).</summary>
    /// <value>Default: 1,000.</value>
    public int MaxConnectionsPerAddress { get; set; } = 1_000;

    /// <summary>
    /// Connections at once that have not logged in yet; more are closed unread. One IP address (one /64 for IPv6) can have
    /// half of them at most, so that it cannot keep others from logging in.
    /// </summary>
    /// <value>Default: 500.</value>
    public int MaxUnauthenticatedConnections { get; set; } = 500;

    /// <summary>From accept to ReadyForQuery, TLS handshake and upstream login included.</summary>
    /// <value>Default: 60 seconds, as PostgreSQL's authentication_timeout.</value>
    public TimeSpan LoginTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest access token, in bytes.</summary>
    /// <value>Default: 65,000. At most 65,000, so that a whole OAUTHBEARER message fits PostgreSQL's PG_MAX_AUTH_TOKEN_LENGTH (65,535).</value>
    public int MaxTokenBytes { get; set; } = 65_000;

    /// <summary>Longest SQL text that the session-state guard reads, in bytes; longer ones are refused with 54000.</summary>
    /// <value>Default: 16 MiB.</value>
    public int MaxStatementBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Failed CancelRequests from one IP address in a minute before further ones are dropped unread.</summary>
    /// <value>Default: 60. A 3.0 cancel key holds 32 random bits.</value>
    public int MaxFailedCancelsPerMinute { get; set; } = 60;

    /// <summary>CancelRequests forwarded at once.</summary>
    /// <value>Default: 100.</value>
    public int MaxConcurrentCancels { get; set; } = 100;

    /// <summary>How long a forwarded CancelRequest may take.</summary>
    /// <value>Default: 10 seconds, as PgBouncer's cancel_wait_timeout.</value>
    public TimeSpan CancelTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long live sessions may go on after the proxy was asked to stop; then they end with 57P01.</summary>
    /// <value>Default: 25 seconds, below the 30 seconds the .NET host waits.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);
}
