namespace PgOAuth.Options;

/// <summary>Everything that can be configured of one proxy, nested by stage. Bound from <c>"PgOAuth": { … }</c>.</summary>
public sealed class PgOAuthProxyOptions
{
    /// <summary>Stage 1: where the proxy listens. At least one.</summary>
    /// <value>Default: empty, which is refused at start.</value>
    public IList<EndpointOptions> Endpoints { get; } = [];

    /// <summary>Caps on connections, sizes and times.</summary>
    public ProxyLimits Limits { get; } = new();

    /// <summary>Stage 3: whose tokens are accepted.</summary>
    public AuthenticationOptions Authentication { get; } = new();

    /// <summary>Stage 4: which role a token becomes, and which scopes it needs.</summary>
    public AuthorizationOptions Authorization { get; } = new();

    /// <summary>Stage 5: the PostgreSQL servers.</summary>
    public UpstreamOptions Upstream { get; } = new();

    /// <summary>Stage 5: server connections that several sessions use one after the other.</summary>
    public PoolOptions Pool { get; } = new();

    /// <summary>Stage 6: what moves the bytes.</summary>
    public TransportOptions Transport { get; } = new();

    /// <summary>Stage 7: which statements the scopes of a token allow.</summary>
    public EnforcementOptions Enforcement { get; } = new();

    /// <summary>Stage 8: the audit queue.</summary>
    public AuditingOptions Auditing { get; } = new();

    /// <summary>The admin database.</summary>
    public AdminOptions Admin { get; } = new();

    /// <summary>Adds a listening endpoint with the default settings (TLS required).</summary>
    /// <param name="host">An IP address, <c>*</c> for all of IPv4 and IPv6, or <c>localhost</c>.</param>
    /// <param name="port">The TCP port; 0 takes a free one.</param>
    /// <param name="configure">Further settings of the endpoint.</param>
    public PgOAuthProxyOptions Listen(string host, int port, Action<EndpointOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        var bracketed = host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host;
        var endpoint = new EndpointOptions { Address = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bracketed}:{port}") };
        configure?.Invoke(endpoint);
        Endpoints.Add(endpoint);
        return this;
    }

    /// <summary>Adds a listening Unix socket.</summary>
    /// <param name="path">The socket's path, e.g. <c>/run/pgoauth/.s.PGSQL.6432</c>.</param>
    /// <param name="configure">Further settings of the endpoint.</param>
    public PgOAuthProxyOptions ListenUnix(string path, Action<EndpointOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var endpoint = new EndpointOptions { Address = "unix:" + path };
        configure?.Invoke(endpoint);
        Endpoints.Add(endpoint);
        return this;
    }
}
