namespace PgOAuth.Options;

/// <summary>TLS to a server; the names are libpq's <c>sslmode</c>. The modes that fall back to plaintext do not exist here.</summary>
public enum UpstreamTlsMode
{
    /// <summary>No TLS. Refused for hosts that are not on loopback unless <c>DangerousAllowPlaintextUpstream</c> is set.</summary>
    Disable,

    /// <summary>TLS, with any certificate: no protection against an attacker in between.</summary>
    Require,

    /// <summary>TLS, and the certificate chains to a trusted authority.</summary>
    VerifyCa,

    /// <summary>TLS, trusted, and the certificate carries the host's name.</summary>
    VerifyFull,
}
