namespace PgOAuth.Options;

/// <summary>One listening endpoint.</summary>
public sealed class EndpointOptions
{
    /// <summary>
    /// <c>host:port</c> with an IP address, <c>localhost</c> (both loopbacks) or <c>*</c> (all of IPv4 and IPv6);
    /// <c>[::1]:6432</c> for IPv6; <c>unix:/path</c> for a Unix socket. Port 0 takes a free one.
    /// </summary>
    /// <value>Default: empty, which is refused at start.</value>
    public string Address { get; set; } = "";

    /// <summary>How clients hand over their token.</summary>
    /// <value>Default: <see cref="TokenExchange.Password"/>, which every driver speaks.</value>
    public TokenExchange TokenExchange { get; set; } = TokenExchange.Password;

    /// <summary>TLS of this endpoint.</summary>
    public EndpointTlsOptions Tls { get; } = new();

    /// <summary>
    /// Accept tokens on this endpoint without TLS. Anyone who can read the traffic can then take a token and use it
    /// (RFC 6750 section 5.2). Meant for Unix sockets and for measuring on loopback.
    /// </summary>
    /// <value>Default: false. A warning is logged at start when set.</value>
    public bool DangerousAllowTokensWithoutTls { get; set; }
}
