using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Options;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: reads the certificate that the proxy shows to a server, with its key and chain.</summary>
internal static class ClientCertificateFile
{
    /// <exception cref="CryptographicException">The files hold no certificate with a private key, or the password is wrong.</exception>
    internal static SslStreamCertificateContext Load(CertificateOptions options)
    {
        var path = options.Path!;
        if (path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".p12", StringComparison.OrdinalIgnoreCase))
        {
            return FromCollection(X509CertificateLoader.LoadPkcs12CollectionFromFile(path, options.Password));
        }

        var certificate = options.Password is null
            ? X509Certificate2.CreateFromPemFile(path, options.KeyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(path, options.Password, options.KeyPath);
        if (OperatingSystem.IsWindows())
        {
            // SChannel cannot use a key that lives in memory only.
            certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        return Context(certificate, chain);
    }

    /// <summary>The context of a certificate given in code.</summary>
    internal static SslStreamCertificateContext Context(X509Certificate2 certificate, X509Certificate2Collection? chain = null) =>
        SslStreamCertificateContext.Create(certificate, chain, offline: true);

    private static SslStreamCertificateContext FromCollection(X509Certificate2Collection collection)
    {
        foreach (var certificate in collection)
        {
            if (certificate.HasPrivateKey)
            {
                return Context(certificate, collection);
            }
        }

        throw new CryptographicException("The file holds no certificate with a private key.");
    }
}
