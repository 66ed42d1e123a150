using PgOAuth.Options;

namespace PgOAuth.Listening;

/// <summary>Stage 1: one endpoint's settings, compiled. Immutable but for the certificates, which reload themselves.</summary>
internal sealed class EndpointSnapshot
{
    internal EndpointSnapshot(EndpointOptions options, TlsServerCertificates? tls)
    {
        Address = options.Address;
        TokenExchange = options.TokenExchange;
        AllowTokensWithoutTls = options.DangerousAllowTokensWithoutTls;
        Tls = tls;
    }

    internal string Address { get; }

    internal TokenExchange TokenExchange { get; }

    internal bool AllowTokensWithoutTls { get; }

    /// <summary>Null when the endpoint has no certificate; SSLRequest is then answered with <c>N</c>.</summary>
    internal TlsServerCertificates? Tls { get; }
}
