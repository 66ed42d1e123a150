using PgOAuth.Options;
using PgOAuth.Samples.Development.Postgres;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>What kind of proxy a test wants.</summary>
public sealed record ProxyHostOptions
{
    /// <summary>How the token is asked for.</summary>
    public TokenExchange Exchange { get; init; } = TokenExchange.Password;

    /// <summary>The database; null makes a new one, dropped with the server.</summary>
    public string? Database { get; init; }

    /// <summary>Another server than the shared one; it must have the roles of <see cref="TestRoles"/>.</summary>
    public EmbeddedPostgresServer? Server { get; init; }

    /// <summary>Changes the options last.</summary>
    public Action<PgOAuthProxyOptions>? Configure { get; init; }

    /// <summary>Changes the components last.</summary>
    public Action<PgOAuthProxyComponents>? Components { get; init; }
}
