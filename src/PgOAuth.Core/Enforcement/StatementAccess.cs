namespace PgOAuth.Enforcement;

/// <summary>One thing that a statement needs, with the rule that allows it or why it is refused.</summary>
public sealed record StatementAccess
{
    /// <summary>What the statement needs, in words: <c>select on column id of sales.orders</c>. Holds names, never values.</summary>
    public required string Need { get; init; }

    /// <summary>Whether a rule allows it and none denies it.</summary>
    public required bool IsAllowed { get; init; }

    /// <summary>The rule that allows or denies it: its name, or its place in the scope; null when no rule says anything.</summary>
    public string? Rule { get; init; }

    /// <summary>The scope that the rule belongs to, or the type of <c>authorization_details</c>; null when the rule is for everybody.</summary>
    public string? Scope { get; init; }

    /// <summary>Why it is refused: <c>not_granted</c>, <c>denied</c>, <c>never_allowed</c> or <c>not_understood</c>; null when it is allowed.</summary>
    public string? Reason { get; init; }

    /// <summary>The scopes of the policy that would allow it; each one is enough.</summary>
    public IReadOnlyList<string> NeededScopes { get; init; } = [];

    /// <summary>Where it stands in the text that is explained, in bytes of UTF-8; 0 in the audit, which does not hold the text.</summary>
    public int Start { get; init; }

    /// <summary>The byte behind it; 0 in the audit.</summary>
    public int End { get; init; }
}
