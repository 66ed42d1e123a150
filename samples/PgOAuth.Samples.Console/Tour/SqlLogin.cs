using System.Net;

namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>How a client connects.</summary>
/// <param name="Proxy">Where the proxy listens.</param>
/// <param name="AuthorityPath">The authority of its certificate; null connects without TLS.</param>
/// <param name="Database">The database.</param>
/// <param name="User">The role asked for.</param>
/// <param name="Token">The token, in place of a password.</param>
internal sealed record SqlLogin(IPEndPoint Proxy, string? AuthorityPath, string Database, string User, string Token)
{
    /// <summary>Never the token.</summary>
    public override string ToString()
    {
        return $"{User}@{Proxy}/{Database}";
    }
}
