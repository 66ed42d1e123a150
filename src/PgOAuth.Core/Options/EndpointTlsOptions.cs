using System.Security.Cryptography.X509Certificates;

namespace PgOAuth.Options;

/// <summary>TLS of one endpoint. Certificate files are reread when they change; a pair that does not fit keeps the old one.</summary>
public sealed class EndpointTlsOptions
{
    /// <summary>The certificate for clients that send no host name or an unknown one.</summary>
    public CertificateOptions Certificate { get; } = new();

    /// <summary>Certificates by host name (SNI). <c>*.example.com</c> matches one label.</summary>
    /// <value>Default: empty.</value>
    public IDictionary<string, CertificateOptions> Sni { get; } = new Dictionary<string, CertificateOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether clients present a certificate of their own.</summary>
    /// <value>Default: <see cref="ClientCertificateMode.None"/>.</value>
    public ClientCertificateMode ClientCertificate { get; set; } = ClientCertificateMode.None;

    /// <summary>PEM file with the authorities that client certificates must chain to.</summary>
    /// <value>Default: null; needed when <see cref="ClientCertificate"/> is not <c>None</c>.</value>
    public string? ClientCertificateAuthorityPath { get; set; }

    internal X509Certificate2? ServerCertificate { get; private set; }

    /// <summary>Uses a certificate made in code in place of <see cref="Certificate"/>.</summary>
    /// <param name="certificate">A certificate with its private key; the caller keeps it alive.</param>
    public void UseCertificate(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ServerCertificate = certificate;
    }
}
