namespace PgOAuth.Samples.Development.Issuer;

/// <summary>What a token of the development issuer says.</summary>
public sealed record DevelopmentTokenRequest
{
    /// <summary>The <c>sub</c> claim.</summary>
    public required string Subject { get; init; }

    /// <summary>The <c>scope</c> claim.</summary>
    /// <value>The default is none: the claim is absent.</value>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The <c>groups</c> claim.</summary>
    /// <value>The default is none: the claim is absent.</value>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The <c>aud</c> claim.</summary>
    /// <value>The default is null: the issuer's audience.</value>
    public string? Audience { get; init; }

    /// <summary>The <c>client_id</c> claim.</summary>
    /// <value>The default is <c>psql</c>.</value>
    public string ClientId { get; init; } = "psql";

    /// <summary>The time from <c>iat</c> to <c>exp</c>.</summary>
    /// <value>The default is one hour.</value>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Moves <c>iat</c> and <c>exp</c> away from now: negative makes an old or expired token.</summary>
    /// <value>The default is zero.</value>
    public TimeSpan IssuedAtOffset { get; init; }

    /// <summary>The <c>typ</c> header.</summary>
    /// <value>The default is <c>at+jwt</c> (RFC 9068).</value>
    public string TokenType { get; init; } = "at+jwt";

    /// <summary>The signature algorithm.</summary>
    /// <value>The default is RS256.</value>
    public DevelopmentSigningAlgorithm Algorithm { get; init; }

    /// <summary>Further claims: they replace those above, and a null value removes one. Values are strings, numbers, booleans and lists of them.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, object?> Claims { get; init; } = new Dictionary<string, object?>();

    /// <summary>A token of a person with all this person's scopes and groups.</summary>
    public static DevelopmentTokenRequest For(DevelopmentPerson person)
    {
        return new DevelopmentTokenRequest { Subject = person.Subject, Scopes = person.Scopes, Groups = person.Groups };
    }
}
