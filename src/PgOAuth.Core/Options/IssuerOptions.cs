namespace PgOAuth.Options;

/// <summary>One trusted issuer of JWT access tokens (RFC 9068).</summary>
public sealed class IssuerOptions
{
    /// <summary>The issuer identifier; <c>iss</c> must equal it byte for byte (RFC 8725 section 3.8).</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Accepted audiences; <c>aud</c> must hold one of them exactly (RFC 9068 section 4). At least one.</summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>Where the issuer's metadata is (RFC 8414, OpenID Connect Discovery).</summary>
    /// <value>Default: null, <c>{Issuer}/.well-known/openid-configuration</c>.</value>
    public string? MetadataAddress { get; set; }

    /// <summary>Where the issuer's keys are; when set, metadata is not asked for.</summary>
    /// <value>Default: null, the metadata's <c>jwks_uri</c>.</value>
    public string? JwksUri { get; set; }

    /// <summary>Accepted signature algorithms.</summary>
    /// <value>Default: empty, which stands for RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512. No others can be named.</value>
    public IList<string> Algorithms { get; } = [];

    /// <summary>OAuth clients whose tokens are accepted, by <c>client_id</c>, <c>azp</c> or <c>appid</c>.</summary>
    /// <value>Default: empty, any client of this issuer and audience.</value>
    public IList<string> AllowedClients { get; } = [];

    /// <summary>
    /// Accept tokens whose <c>typ</c> is <c>JWT</c> or absent, for issuers that do not follow RFC 9068. ID tokens are still refused.
    /// </summary>
    /// <value>Default: false, <c>at+jwt</c> only.</value>
    public bool AllowPlainJwtType { get; set; }

    /// <summary>The claim that names the subject in audit and settings.</summary>
    /// <value>Default: <c>sub</c>.</value>
    public string SubjectClaim { get; set; } = "sub";

    /// <summary>Tolerance for <c>exp</c>, <c>nbf</c> and <c>iat</c>.</summary>
    /// <value>Default: 60 seconds; at most 5 minutes.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest whole lifetime (<c>exp</c> minus <c>iat</c>, or minus now when there is no <c>iat</c>) of an accepted token.</summary>
    /// <value>Default: 24 hours.</value>
    public TimeSpan MaxTokenLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How old the issuer's keys may get before they are fetched again in the background.</summary>
    /// <value>Default: 5 minutes; a removed key stops working within this time.</value>
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The shortest time between two fetches, whatever tokens ask for.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan KeyRefreshMinimumInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the last good keys are used while the issuer cannot be reached.</summary>
    /// <value>Default: 12 hours.</value>
    public TimeSpan LastKnownGoodLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Further host names that <c>jwks_uri</c> may point at.</summary>
    /// <value>Default: empty; only the host of the issuer or of <see cref="MetadataAddress"/>.</value>
    public IList<string> AllowedKeyHosts { get; } = [];

    /// <summary>Allow metadata and keys over http, from loopback addresses only. For development.</summary>
    /// <value>Default: false. A warning is logged at start when set.</value>
    public bool DangerousAllowHttpOnLoopback { get; set; }

    /// <summary>Allow metadata and keys from private and loopback addresses (an issuer inside your own network).</summary>
    /// <value>Default: true for private networks; link-local addresses (169.254.0.0/16, fe80::/10: cloud metadata services) are never asked.</value>
    public bool AllowPrivateNetwork { get; set; } = true;
}
