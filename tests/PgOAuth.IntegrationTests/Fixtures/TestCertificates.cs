using System.Security.Cryptography.X509Certificates;
using PgOAuth.Samples.Development.Certificates;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>An authority of this run, the file by which clients trust it, and the proxies' certificate for localhost.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgoauth-ca-");
    private readonly DevelopmentCertificate _server;

    internal TestCertificates()
    {
        Authority = DevelopmentCertificateAuthority.Create();
        _server = Authority.IssueServer();
        AuthorityPath = Path.Combine(_folder.FullName, "ca.crt");
        File.WriteAllText(AuthorityPath, Authority.CertificatePem);
    }

    /// <summary>Issues others.</summary>
    public DevelopmentCertificateAuthority Authority { get; }

    /// <summary>For <c>sslrootcert</c>.</summary>
    public string AuthorityPath { get; }

    /// <summary>The proxies' certificate, with its key.</summary>
    public X509Certificate2 Server => _server.Certificate;

    public void Dispose()
    {
        _server.Dispose();
        Authority.Dispose();
        _folder.Delete(recursive: true);
    }
}
