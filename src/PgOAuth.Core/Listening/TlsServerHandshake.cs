using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Sessions;
using PgOAuth.Transport;

namespace PgOAuth.Listening;

/// <summary>Stage 1: the server side of a TLS handshake.</summary>
internal static class TlsServerHandshake
{
    private static readonly SslApplicationProtocol PostgreSql = new("postgresql");

    /// <summary>Puts TLS over <paramref name="inner"/> and makes it the channel's stream; a failure ends the session.</summary>
    /// <param name="requireAlpn">Direct TLS must name the protocol, or another protocol's request could be replayed here (A06).</param>
    internal static async ValueTask<SessionFailure?> UpgradeAsync(
        MessageChannel channel,
        Stream inner,
        TlsServerCertificates certificates,
        bool requireAlpn,
        SessionContext session,
        CancellationToken cancellationToken)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        channel.Upgrade(tls);
        try
        {
            await LoopHandshake.RunAsync(channel, static (tls, certificates, token) => tls.AuthenticateAsServerAsync(SelectOptions, certificates, token), tls, certificates, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is AuthenticationException or IOException or InvalidOperationException or NotSupportedException)
        {
            return new SessionFailure(SessionEndReason.TlsHandshakeFailed, (error.InnerException ?? error).Message);
        }

        if (requireAlpn && tls.NegotiatedApplicationProtocol != PostgreSql)
        {
            return new SessionFailure(SessionEndReason.TlsHandshakeFailed, "direct TLS without ALPN \"postgresql\"");
        }

        session.IsTls = true;
        session.SniHost = tls.TargetHostName is { Length: > 0 } name ? name : null;
        session.ClientCertificate = tls.RemoteCertificate as X509Certificate2;
        return null;
    }

    internal static SslServerAuthenticationOptions CreateOptions(TlsServerCertificates certificates, string? sniHost) => new()
    {
        ServerCertificateContext = certificates.Select(sniHost),
        ApplicationProtocols = [PostgreSql],
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,
        AllowTlsResume = true,
        ClientCertificateRequired = certificates.ClientCertificate != ClientCertificateMode.None,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => certificates.AcceptsClient(certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore),
    };

    private static ValueTask<SslServerAuthenticationOptions> SelectOptions(SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellationToken) =>
        ValueTask.FromResult(CreateOptions((TlsServerCertificates)state!, hello.ServerName));
}
