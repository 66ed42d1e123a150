using Microsoft.Extensions.Logging;
using PgOAuth.Options;
using PgOAuth.Samples.Terminal.Serving;

namespace PgOAuth.Samples.Terminal.Commands;

/// <summary>What the command line says; null and empty mean that it says nothing.</summary>
internal sealed record ServeSettings
{
    /// <summary>HOST:PORT.</summary>
    public string? Listen { get; init; }

    public UpstreamAddress? Upstream { get; init; }

    /// <summary>The issuer's URL.</summary>
    public string? Issuer { get; init; }

    public string? Audience { get; init; }

    public IReadOnlyList<RoleMapOptions> Maps { get; init; } = [];

    public IReadOnlyList<string> RequiredScopes { get; init; } = [];

    /// <summary>Tokens without TLS and an issuer over http, on loopback only.</summary>
    public bool Plaintext { get; init; }

    public TokenExchange? Exchange { get; init; }

    public TransportKind? Transport { get; init; }

    /// <summary>Event loops.</summary>
    public int? Loops { get; init; }

    public PoolMode? Pool { get; init; }

    /// <summary>Server connections of one pool.</summary>
    public int? PoolSize { get; init; }

    /// <summary>Client connections at once, wherever they come from.</summary>
    public int? MaxConnections { get; init; }

    public GateMode? Gate { get; init; }

    /// <summary>A JSON file with the policy of statements.</summary>
    public string? Policy { get; init; }

    /// <summary>A JSON file with the section <c>PgOAuth</c>.</summary>
    public string? Config { get; init; }

    public LogLevel Log { get; init; } = LogLevel.Information;
}
