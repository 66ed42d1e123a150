namespace PgOAuth.Samples.Development.Issuer;

/// <summary>The answers to a polling device (RFC 8628 section 3.5); the default denies.</summary>
internal enum DevicePollOutcome
{
    Denied,
    Pending,
    SlowDown,
    Expired,
    Unknown,
    Approved,
}
