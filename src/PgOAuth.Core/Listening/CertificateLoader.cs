using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Options;

namespace PgOAuth.Listening;

/// <summary>Loads certificates with their keys and chains from the files that <see cref="CertificateOptions"/> names.</summary>
internal static class CertificateLoader
{
    /// <summary>A certificate with its private key, and the rest of its chain.</summary>
    /// <exception cref="CryptographicException">The files cannot be used, or the key does not fit the certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal static (X509Certificate2 Certificate, X509Certificate2Collection Chain) Load(CertificateOptions options)
    {
        var path = options.Path ?? throw new CryptographicException("The certificate's Path is not set.");
        var chain = new X509Certificate2Collection();
        if (path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".p12", StringComparison.OrdinalIgnoreCase))
        {
            var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, options.Password);
            var leaf = all.FirstOrDefault(static c => c.HasPrivateKey)
                ?? throw new CryptographicException("The PKCS#12 file holds no private key.");
            chain.AddRange(all.Where(c => c != leaf).ToArray());
            return (leaf, chain);
        }

        var certificate = LoadPem(path, options);
        if (OperatingSystem.IsWindows())
        {
            // SChannel cannot use a key that lives in memory only.
            certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }

        chain.ImportFromPemFile(path);
        chain.RemoveAt(0);
        return (certificate, chain);
    }

    private static X509Certificate2 LoadPem(string path, CertificateOptions options)
    {
        try
        {
            return options.Password is null
                ? X509Certificate2.CreateFromPemFile(path, options.KeyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(path, options.Password, options.KeyPath);
        }
        catch (ArgumentException error)
        {
            // How the runtime says it of an elliptic-curve key; of an RSA key it throws CryptographicException.
            throw new CryptographicException("The private key does not fit the certificate.", error);
        }
    }

    internal static SslStreamCertificateContext LoadContext(CertificateOptions options)
    {
        var (certificate, chain) = Load(options);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}
