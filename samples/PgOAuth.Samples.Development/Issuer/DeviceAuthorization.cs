namespace PgOAuth.Samples.Development.Issuer;

/// <summary>One device that waits for a person's approval (RFC 8628).</summary>
internal sealed class DeviceAuthorization
{
    public required string DeviceCode { get; init; }

    public required string UserCode { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The requested scopes; empty asks for whatever the person has.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required TimeSpan Interval { get; set; }

    public DateTimeOffset? LastPoll { get; set; }

    /// <summary>Whether the person has decided.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Who approved; null while undecided and when denied.</summary>
    public DevelopmentPerson? Person { get; set; }
}
