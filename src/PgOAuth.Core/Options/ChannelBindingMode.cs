namespace PgOAuth.Options;

/// <summary>Whether SCRAM is bound to the TLS channel; libpq's <c>channel_binding</c>.</summary>
public enum ChannelBindingMode
{
    /// <summary>Never.</summary>
    Disable,

    /// <summary>When the server offers SCRAM-SHA-256-PLUS.</summary>
    Prefer,

    /// <summary>Always; a server that does not offer it is refused (A37).</summary>
    Require,
}
