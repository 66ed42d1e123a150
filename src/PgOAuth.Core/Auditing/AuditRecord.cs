namespace PgOAuth.Auditing;

/// <summary>One audit event. Holds names and verdicts, never a token, a password or SQL.</summary>
public sealed record AuditRecord
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The proxy's name; empty for the default one.</summary>
    public required string ProxyName { get; init; }

    /// <summary>The session, as in the log.</summary>
    public required long SessionId { get; init; }

    /// <summary>The listening endpoint.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The client's address, or null on a Unix socket.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The verdict on the connection.</summary>
    public required AuditVerdict Verdict { get; init; }

    /// <summary>Why: a stable word such as <c>allowed</c>, <c>token_expired</c> or <c>scope_missing</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Detail for people; null when there is none.</summary>
    public string? Detail { get; init; }

    /// <summary>The token's issuer, once it is certain that it made the token; also of a genuine token that was refused, such as one that has expired.</summary>
    public string? Issuer { get; init; }

    /// <summary>The token's subject, as certain as <see cref="Issuer"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>The token's <c>jti</c>, once validated.</summary>
    public string? TokenId { get; init; }

    /// <summary>The OAuth client, once validated.</summary>
    public string? ClientId { get; init; }

    /// <summary>The <c>user</c> of the startup message, cut to 63 bytes and with control characters replaced.</summary>
    public string? RequestedUser { get; init; }

    /// <summary>The <c>database</c> of the startup message, likewise.</summary>
    public string? RequestedDatabase { get; init; }

    /// <summary>The database role the session has, once decided.</summary>
    public string? Role { get; init; }

    /// <summary>The upstream server's name in the configuration, once routed.</summary>
    public string? Server { get; init; }
}
