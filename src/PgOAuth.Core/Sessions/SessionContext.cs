using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace PgOAuth.Sessions;

/// <summary>One client connection, for observation: decisions travel as typed parameters, not through here.</summary>
public sealed class SessionContext
{
    /// <summary>Makes the context of a connection.</summary>
    /// <param name="sessionId">Unique in this process; appears in every log line, span and audit record.</param>
    /// <param name="proxyName">The proxy's name; empty for the default one.</param>
    /// <param name="endpoint">The listening address the client came to.</param>
    /// <param name="remoteEndPoint">The client's address; null on a Unix socket.</param>
    /// <param name="startedAt">When the connection was accepted.</param>
    public SessionContext(long sessionId, string proxyName, string endpoint, IPEndPoint? remoteEndPoint, DateTimeOffset startedAt)
    {
        SessionId = sessionId;
        ProxyName = proxyName;
        Endpoint = endpoint;
        RemoteEndPoint = remoteEndPoint;
        StartedAt = startedAt;
    }

    /// <summary>Unique in this process.</summary>
    public long SessionId { get; }

    /// <summary>The proxy's name; empty for the default one.</summary>
    public string ProxyName { get; }

    /// <summary>The listening address the client came to, as configured.</summary>
    public string Endpoint { get; }

    /// <summary>The client's address; null on a Unix socket.</summary>
    public IPEndPoint? RemoteEndPoint { get; }

    /// <summary>When the connection was accepted.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Whether the client's link is encrypted.</summary>
    public bool IsTls { get; internal set; }

    /// <summary>The host name the client asked for in TLS (SNI), or null.</summary>
    public string? SniHost { get; internal set; }

    /// <summary>The client's certificate, verified against the endpoint's authorities, or null.</summary>
    public X509Certificate2? ClientCertificate { get; internal set; }
}
