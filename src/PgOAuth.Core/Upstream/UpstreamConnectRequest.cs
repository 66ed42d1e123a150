using PgOAuth.Options;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: what one session asks of the connector. Decisions of the stages before, as typed values.</summary>
internal sealed record UpstreamConnectRequest
{
    internal required UpstreamServer Server { get; init; }

    internal required string Database { get; init; }

    /// <summary>The database role the session is mapped to.</summary>
    internal required string Role { get; init; }

    internal required UpstreamMode Mode { get; init; }

    internal required UpstreamCredential Credential { get; init; }

    /// <summary>Allowlisted client parameters and the settings made from claims.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; } = [];

    internal bool AllowPrivilegedRoles { get; init; }

    /// <summary>Never the parameters: claims are among them.</summary>
    public override string ToString() => $"{Server} {Database} {Role}";
}
