using System.Security.Cryptography.X509Certificates;
using PgOAuth.Samples.Development.Files;

namespace PgOAuth.Samples.Development.Certificates;

/// <summary>A certificate with its private key, as .NET and as PEM.</summary>
public sealed class DevelopmentCertificate : IDisposable
{
    internal DevelopmentCertificate(X509Certificate2 certificate)
    {
        Certificate = certificate;
    }

    /// <summary>The certificate with its private key; owned by this object.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate, PEM.</summary>
    public string CertificatePem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>The private key, PKCS#8 PEM.</summary>
    public string KeyPem
    {
        get
        {
            using var key = Certificate.GetRSAPrivateKey();
            return key!.ExportPkcs8PrivateKeyPem() + "\n";
        }
    }

    /// <summary>Writes <c>NAME.crt</c> and, readable by its owner only, <c>NAME.key</c>.</summary>
    /// <returns>The two paths.</returns>
    public (string CertificatePath, string KeyPath) WriteTo(string folder, string name)
    {
        PrivateFile.CreateDirectory(folder);
        var certificatePath = Path.Combine(folder, name + ".crt");
        var keyPath = Path.Combine(folder, name + ".key");
        PrivateFile.Write(keyPath, KeyPem, overwrite: true);
        PrivateFile.Write(certificatePath, CertificatePem, overwrite: true);
        return (certificatePath, keyPath);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Certificate.Dispose();
    }
}
