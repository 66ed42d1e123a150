using System.Security.Cryptography.X509Certificates;

namespace PgOAuth.Upstream;

/// <summary>What to log in to the server with. <c>default</c> is nothing, so a refusal.</summary>
public readonly struct UpstreamCredential
{
    /// <summary>Makes a credential.</summary>
    /// <param name="username">The login role.</param>
    /// <param name="password">Its password, or null when the server asks for none (certificate, trust, peer).</param>
    /// <param name="clientCertificate">A certificate with its private key for TLS client authentication, or null for the server's configured one.</param>
    public UpstreamCredential(string username, string? password, X509Certificate2? clientCertificate = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(username);
        Username = username;
        Password = password;
        ClientCertificate = clientCertificate;
    }

    /// <summary>The login role; null in <c>default</c>, which refuses.</summary>
    public string? Username { get; }

    /// <summary>The password, or null.</summary>
    public string? Password { get; }

    /// <summary>The TLS client certificate, or null.</summary>
    public X509Certificate2? ClientCertificate { get; }

    /// <summary>The login role; never the password.</summary>
    public override string ToString() => Username ?? "(none)";
}
