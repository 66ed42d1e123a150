namespace PgOAuth.Options;

/// <summary>One routing rule; all conditions that are set must hold.</summary>
public sealed class RouteOptions
{
    /// <summary>The database the client asked for.</summary>
    /// <value>Default: null, any.</value>
    public string? Database { get; set; }

    /// <summary>The host name of the client's TLS handshake, compared without case.</summary>
    /// <value>Default: null, any.</value>
    public string? SniHost { get; set; }

    /// <summary>A claim that must hold <see cref="ClaimValue"/>.</summary>
    /// <value>Default: null, none.</value>
    public string? Claim { get; set; }

    /// <summary>The value of <see cref="Claim"/>.</summary>
    /// <value>Default: null.</value>
    public string? ClaimValue { get; set; }

    /// <summary>The key of <c>Upstream:Servers</c> to go to.</summary>
    public string Server { get; set; } = "";

    /// <summary>The database to open there.</summary>
    /// <value>Default: null, the one the client asked for.</value>
    public string? UpstreamDatabase { get; set; }

    /// <summary>How long a session of this route keeps its server connection.</summary>
    /// <value>Default: null, <see cref="PoolOptions.Mode"/>.</value>
    public PoolMode? PoolMode { get; set; }

    /// <summary>Server connections of one pool of this route.</summary>
    /// <value>Default: null, <see cref="PoolOptions.Size"/>.</value>
    public int? PoolSize { get; set; }

    /// <summary>What the statement gate does with sessions of this route.</summary>
    /// <value>Default: null, <see cref="EnforcementOptions.Mode"/>.</value>
    public GateMode? Gate { get; set; }
}
