using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using PgOAuth.Options;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: verifies a server's certificate as <see cref="UpstreamTlsMode"/> says, for one handshake.</summary>
internal sealed class ServerCertificateCheck(UpstreamServer server)
{
    /// <summary>Why the certificate was refused, for the log.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Trust: the given authorities and no others, or the system's.</summary>
    internal static X509ChainPolicy CreatePolicy(UpstreamServer server)
    {
        var policy = new X509ChainPolicy
        {
            // As libpq without sslcrl; most PostgreSQL authorities publish no list, and asking would dial elsewhere in every login.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = server.RootCertificates is null ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust,
        };
        if (server.RootCertificates is not null)
        {
            policy.CustomTrustStore.AddRange(server.RootCertificates);
        }

        return policy;
    }

    /// <summary>The callback of the handshake.</summary>
    internal bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 presented)
        {
            Problem = $"{server} presented no certificate";
            return false;
        }

        switch (server.TlsMode)
        {
            case UpstreamTlsMode.Require:
                return true;
            case UpstreamTlsMode.VerifyCa:
                return IsTrusted(chain, errors);
            case UpstreamTlsMode.VerifyFull:
                return IsTrusted(chain, errors) && HasName(presented);
            default:
                Problem = "the TLS mode is unknown";
                return false;
        }
    }

    private bool IsTrusted(X509Chain? chain, SslPolicyErrors errors)
    {
        // The name is compared below, with libpq's rules.
        if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None)
        {
            return true;
        }

        var status = chain is null ? "" : string.Join(", ", chain.ChainStatus.Select(static s => s.Status.ToString()));
        Problem = $"the certificate of {server} is not trusted: {(status.Length == 0 ? errors.ToString() : status)}";
        return false;
    }

    private bool HasName(X509Certificate2 certificate)
    {
        if (certificate.MatchesHostname(server.TlsHostName, allowWildcards: true, allowCommonName: true))
        {
            return true;
        }

        Problem = $"the certificate of {server} does not carry the name \"{server.TlsHostName}\"";
        return false;
    }
}
