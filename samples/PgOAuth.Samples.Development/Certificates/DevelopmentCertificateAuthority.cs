using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Samples.Development.Files;

namespace PgOAuth.Samples.Development.Certificates;

/// <summary>
/// A certificate authority for development: clients trust its certificate (<c>sslrootcert</c>), servers and clients get theirs from it.
/// RSA 2048 throughout, as that is what every driver and every old TLS stack verifies.
/// </summary>
public sealed class DevelopmentCertificateAuthority : IDisposable
{
    private const int KeyBits = 2048;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);

    // What it issues must lie within its own life, certificates that have already expired included.
    private static readonly TimeSpan AuthorityBackdating = TimeSpan.FromDays(30);

    // A certificate of this very moment must also be valid on a machine whose clock is a little behind.
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);

    private readonly X509Certificate2 _authority;
    private readonly TimeProvider _time;

    private DevelopmentCertificateAuthority(X509Certificate2 authority, TimeProvider time)
    {
        _authority = authority;
        _time = time;
    }

    /// <summary>The lifetime of the certificates it issues: 90 days.</summary>
    public static TimeSpan DefaultLifetime { get; } = TimeSpan.FromDays(90);

    /// <summary>The authority's certificate, PEM.</summary>
    public string CertificatePem => _authority.ExportCertificatePem() + "\n";

    /// <summary>When the authority itself expires.</summary>
    internal DateTimeOffset NotAfter => new(_authority.NotAfter);

    /// <summary>Makes a new authority that lives in memory only.</summary>
    public static DevelopmentCertificateAuthority Create(TimeProvider? timeProvider = null)
    {
        var time = timeProvider ?? TimeProvider.System;
        using var key = RSA.Create(KeyBits);
        var request = new CertificateRequest(
            $"CN=PgOAuth development authority {RandomNumberGenerator.GetHexString(8, lowercase: true)}",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        return new DevelopmentCertificateAuthority(request.CreateSelfSigned(now - AuthorityBackdating, now + AuthorityLifetime), time);
    }

    /// <summary>Reads an authority that <see cref="WriteTo"/> wrote; null when there is none or it cannot be read.</summary>
    internal static DevelopmentCertificateAuthority? TryRead(string folder, TimeProvider time)
    {
        try
        {
            var authority = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "ca.crt"), Path.Combine(folder, "ca.key"));
            return new DevelopmentCertificateAuthority(authority, time);
        }
        catch (Exception exception) when (exception is IOException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Issues a server certificate.</summary>
    /// <param name="names">DNS names and IP addresses; none means localhost, 127.0.0.1 and ::1.</param>
    /// <param name="lifetime">How long it is valid; null is <see cref="DefaultLifetime"/>. Negative, down to -29 days, makes one that has expired.</param>
    public DevelopmentCertificate IssueServer(IReadOnlyList<string>? names = null, TimeSpan? lifetime = null)
    {
        string[] all = names is { Count: > 0 } ? [.. names] : ["localhost", "127.0.0.1", "::1"];
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in all)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        return Issue(all[0], ServerAuthentication, alternatives.Build(), lifetime);
    }

    /// <summary>Issues a client certificate.</summary>
    /// <param name="commonName">The common name, which PostgreSQL's <c>cert</c> method compares with the user.</param>
    /// <param name="lifetime">How long it is valid; null is <see cref="DefaultLifetime"/>. Negative, down to -29 days, makes one that has expired.</param>
    public DevelopmentCertificate IssueClient(string commonName, TimeSpan? lifetime = null)
    {
        return Issue(commonName, ClientAuthentication, alternatives: null, lifetime);
    }

    /// <summary>Writes <c>ca.crt</c> and, readable by its owner only, <c>ca.key</c>.</summary>
    internal void WriteTo(string folder)
    {
        PrivateFile.CreateDirectory(folder);
        using var key = _authority.GetRSAPrivateKey();
        PrivateFile.Write(Path.Combine(folder, "ca.key"), key!.ExportPkcs8PrivateKeyPem() + "\n", overwrite: true);
        PrivateFile.Write(Path.Combine(folder, "ca.crt"), CertificatePem, overwrite: true);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _authority.Dispose();
    }

    private DevelopmentCertificate Issue(string commonName, string usage, X509Extension? alternatives, TimeSpan? lifetime)
    {
        using var key = RSA.Create(KeyBits);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        if (alternatives is not null)
        {
            request.CertificateExtensions.Add(alternatives);
        }

        var validFor = lifetime ?? DefaultLifetime;
        var now = _time.GetUtcNow();
        var notAfter = now + validFor;
        var notBefore = (validFor < TimeSpan.Zero ? notAfter : now) - Backdating;
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        using var signer = _authority.GetRSAPrivateKey();
        using var issued = request.Create(
            _authority.SubjectName, X509SignatureGenerator.CreateForRSA(signer!, RSASignaturePadding.Pkcs1), notBefore, notAfter, serial);
        return new DevelopmentCertificate(issued.CopyWithPrivateKey(key));
    }
}
