using PgOAuth.Diagnostics;

namespace PgOAuth.Enforcement.Policy;

/// <summary>The first thing of a statement that is refused, for the client and the audit record (stage 7). Immutable.</summary>
internal sealed class PolicyRefusal
{
    // A hint is one line; who manages scopes knows the rest.
    private const int MaxScopes = 5;
    private const int MaxSubject = 300;

    internal required PolicyRefusalReason Reason { get; init; }

    /// <summary>What is refused: <c>select on column secret of sales.orders</c>; or why it is not understood.</summary>
    internal required string Subject { get; init; }

    /// <summary>Where it stands in the text, in bytes.</summary>
    internal int Start { get; init; }

    /// <summary>The byte after it.</summary>
    internal int End { get; init; }

    /// <summary>The index of the access in the resolver's list; 0 for the statement itself.</summary>
    internal int Access { get; init; }

    /// <summary>The rule that denies it, if one does.</summary>
    internal CompiledRule? Denial { get; init; }

    /// <summary>The scopes of the policy that would have allowed this (and not necessarily the rest of the statement).</summary>
    internal IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The reason as a stable word.</summary>
    internal string Word => Reason switch
    {
        PolicyRefusalReason.NotUnderstood => "not_understood",
        PolicyRefusalReason.NotGranted => "not_granted",
        PolicyRefusalReason.Denied => "denied",
        PolicyRefusalReason.NeverAllowed => "never_allowed",
        _ => "unspecified",
    };

    /// <summary>The primary message of the error.</summary>
    internal string Message => Reason switch
    {
        PolicyRefusalReason.NotUnderstood => $"the statement cannot be checked: {Safe(Subject)}",
        PolicyRefusalReason.Denied => $"the policy denies {Safe(Subject)}",
        PolicyRefusalReason.NeverAllowed => $"not available in this session: {Safe(Subject)}",
        _ => $"the access token does not allow {Safe(Subject)}",
    };

    /// <summary>The hint of the error; null for none.</summary>
    internal string? Hint => Reason switch
    {
        PolicyRefusalReason.NotGranted when Scopes.Count == 1 => $"It needs the scope {Scopes[0]}.",
        PolicyRefusalReason.NotGranted when Scopes.Count > MaxScopes => $"It needs one of the scopes {string.Join(", ", Scopes.Take(MaxScopes))} and others.",
        PolicyRefusalReason.NotGranted when Scopes.Count > 1 => $"It needs one of the scopes {string.Join(", ", Scopes)}.",
        PolicyRefusalReason.NotGranted => "No scope allows it.",
        PolicyRefusalReason.Denied => $"No scope allows it: {Safe(Denial?.ToString() ?? "a rule")} denies it.",
        _ => null,
    };

    private static string Safe(string text) => SafeText.Clean(text, MaxSubject);
}
