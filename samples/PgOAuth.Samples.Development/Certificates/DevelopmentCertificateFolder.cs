using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Samples.Development.Files;

namespace PgOAuth.Samples.Development.Certificates;

/// <summary>
/// A folder with a development authority and a server certificate for localhost, 127.0.0.1 and ::1: <c>ca.crt</c> for clients
/// (<c>sslrootcert</c>), <c>server.crt</c> and <c>server.key</c> for the server. Kept between runs and renewed when near expiry.
/// </summary>
public sealed class DevelopmentCertificateFolder
{
    private static readonly TimeSpan RenewAuthorityBefore = TimeSpan.FromDays(120);
    private static readonly TimeSpan RenewServerBefore = TimeSpan.FromDays(14);

    private DevelopmentCertificateFolder(string folder)
    {
        AuthorityPath = Path.Combine(folder, "ca.crt");
        ServerCertificatePath = Path.Combine(folder, "server.crt");
        ServerKeyPath = Path.Combine(folder, "server.key");
    }

    /// <summary>The authority's certificate, for clients.</summary>
    public string AuthorityPath { get; }

    /// <summary>The server's certificate.</summary>
    public string ServerCertificatePath { get; }

    /// <summary>The server's private key.</summary>
    public string ServerKeyPath { get; }

    /// <summary>Makes what is missing or near its end, and keeps the rest.</summary>
    /// <param name="folder">The folder; null is <c>certificates</c> in <see cref="DevelopmentFolders.Data"/>.</param>
    /// <param name="timeProvider">The clock; null is the system's.</param>
    /// <param name="cancellationToken">Gives up waiting for another process that does the same.</param>
    public static async Task<DevelopmentCertificateFolder> OpenAsync(
        string? folder = null, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        var path = folder ?? Path.Combine(DevelopmentFolders.Data, "certificates");
        var time = timeProvider ?? TimeProvider.System;
        PrivateFile.CreateDirectory(path);
        using var held = await FileLock.AcquireAsync(Path.Combine(path, ".lock"), waiting: null, cancellationToken).ConfigureAwait(false);
        using var authority = OpenAuthority(path, time);
        var result = new DevelopmentCertificateFolder(path);
        if (!result.ServerIsGood(authority, time))
        {
            using var server = authority.IssueServer();
            server.WriteTo(path, "server");
        }

        return result;
    }

    private static DevelopmentCertificateAuthority OpenAuthority(string folder, TimeProvider time)
    {
        if (DevelopmentCertificateAuthority.TryRead(folder, time) is { } kept)
        {
            if (kept.NotAfter - time.GetUtcNow() > RenewAuthorityBefore)
            {
                return kept;
            }

            kept.Dispose();
        }

        var made = DevelopmentCertificateAuthority.Create(time);
        made.WriteTo(folder);
        return made;
    }

    private bool ServerIsGood(DevelopmentCertificateAuthority authority, TimeProvider time)
    {
        try
        {
            using var server = X509Certificate2.CreateFromPemFile(ServerCertificatePath, ServerKeyPath);
            using var root = X509Certificate2.CreateFromPem(authority.CertificatePem);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(root);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.VerificationTime = (time.GetUtcNow() + RenewServerBefore).UtcDateTime;
            return chain.Build(server) && server.MatchesHostname("localhost");
        }
        catch (Exception exception) when (exception is IOException or CryptographicException)
        {
            return false;
        }
    }
}
