namespace PgOAuth.Samples.Development.Postgres;

/// <summary>Makes the embedded server speak TLS.</summary>
/// <param name="CertificatePem">The server's certificate chain, PEM (<c>ssl_cert_file</c>).</param>
/// <param name="KeyPem">Its private key, PEM (<c>ssl_key_file</c>).</param>
/// <param name="ClientAuthorityPem">The authority whose client certificates are accepted, PEM (<c>ssl_ca_file</c>); null for none.</param>
public sealed record EmbeddedPostgresTls(string CertificatePem, string KeyPem, string? ClientAuthorityPem = null);
