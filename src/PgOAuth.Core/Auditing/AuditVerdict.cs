namespace PgOAuth.Auditing;

/// <summary>What became of a connection attempt.</summary>
public enum AuditVerdict
{
    /// <summary>It did not get in.</summary>
    Refused,

    /// <summary>It got in.</summary>
    Allowed,

    /// <summary>It did not present a token (discovery, probes, disconnects); not a failed login.</summary>
    Abandoned,
}
