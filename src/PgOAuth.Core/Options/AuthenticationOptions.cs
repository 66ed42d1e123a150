namespace PgOAuth.Options;

/// <summary>Stage 3: whose tokens are accepted.</summary>
public sealed class AuthenticationOptions
{
    /// <summary>The trusted issuers. May be empty when a validator is added in code.</summary>
    public IList<IssuerOptions> Issuers { get; } = [];

    /// <summary>
    /// The issuer that OAUTHBEARER's discovery answer names, so that a client without a token learns where to get one.
    /// </summary>
    /// <value>Default: null, the first of <see cref="Issuers"/>.</value>
    public string? DiscoveryIssuer { get; set; }

    /// <summary>The scopes that the discovery answer tells clients to ask for, separated by spaces.</summary>
    /// <value>Default: empty; then the scopes of <c>Authorization:RequiredScopes</c>, and <c>openid</c> when there are none.</value>
    public string DiscoveryScope { get; set; } = "";

    /// <summary>Validated tokens remembered by their SHA-256 until they expire.</summary>
    /// <value>Default: 10,000. 0 turns the cache off.</value>
    public int TokenCacheSize { get; set; } = 10_000;
}
