namespace PgOAuth.Options;

/// <summary>A certificate and its private key, in files.</summary>
public sealed class CertificateOptions
{
    /// <summary>PEM file with the certificate and its chain, or a PKCS#12 file (<c>.pfx</c>, <c>.p12</c>).</summary>
    /// <value>Default: null.</value>
    public string? Path { get; set; }

    /// <summary>PEM file with the private key.</summary>
    /// <value>Default: null; the key is then in <see cref="Path"/>.</value>
    public string? KeyPath { get; set; }

    /// <summary>The password of the key or of the PKCS#12 file.</summary>
    /// <value>Default: null.</value>
    public string? Password { get; set; }
}
