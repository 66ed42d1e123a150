namespace PgOAuth.Options;

/// <summary>How TLS to a server starts; libpq's <c>sslnegotiation</c>.</summary>
public enum UpstreamTlsNegotiation
{
    /// <summary>SSLRequest first; every version.</summary>
    SslRequest,

    /// <summary>TLS at once, with ALPN <c>postgresql</c>; PostgreSQL 17 and later.</summary>
    Direct,
}
