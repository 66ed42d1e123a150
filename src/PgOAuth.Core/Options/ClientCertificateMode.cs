namespace PgOAuth.Options;

/// <summary>Whether an endpoint asks clients for a TLS certificate.</summary>
public enum ClientCertificateMode
{
    /// <summary>Not asked for.</summary>
    None,

    /// <summary>Asked for; verified when presented. Needed for certificate-bound tokens (RFC 8705).</summary>
    Optional,

    /// <summary>The handshake fails without a valid one.</summary>
    Required,
}
