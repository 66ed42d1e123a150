using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PgOAuth.Testing.Upstream;

/// <summary>A certificate authority that lives for one test.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Makes an authority; an intermediate one when there is an issuer.</summary>
    public TestAuthority(string name = "PgOAuth test authority", TestAuthority? issuer = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-29), DateTimeOffset.UtcNow.AddDays(29));
        Certificate = issuer is null
            ? request.CreateSelfSigned(from.AddDays(-1), to.AddDays(1))
            : request.Create(issuer.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer._key), from, to, RandomNumberGenerator.GetBytes(12));
    }

    /// <summary>The authority's certificate, as a collection to trust.</summary>
    public X509Certificate2Collection Roots => [Certificate];

    /// <summary>The authority's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Issues a server or client certificate with its key. Names that are IP addresses become IP SANs.</summary>
    public X509Certificate2 Issue(string commonName, string[]? names = null, TimeSpan? validFor = null, HashAlgorithmName? hash = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, hash ?? HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        if (names is { Length: > 0 })
        {
            var alternative = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
            {
                if (IPAddress.TryParse(name, out var address))
                {
                    alternative.AddIpAddress(address);
                }
                else
                {
                    alternative.AddDnsName(name);
                }
            }

            request.CertificateExtensions.Add(alternative.Build());
        }

        var now = DateTimeOffset.UtcNow;
        var generator = X509SignatureGenerator.CreateForECDsa(_key);
        using var issued = request.Create(Certificate.SubjectName, generator, now.AddDays(-2), now + (validFor ?? TimeSpan.FromDays(10)), RandomNumberGenerator.GetBytes(12));
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
