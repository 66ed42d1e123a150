namespace PgOAuth.Enforcement.Policy;

/// <summary>What the policy says of one statement (stage 7). <c>default</c> denies.</summary>
internal readonly struct StatementDecision
{
    private static readonly PolicyRefusal Unspecified = new() { Reason = PolicyRefusalReason.Unspecified, Subject = "the statement" };

    private readonly PolicyRefusal? _refusal;

    private StatementDecision(bool isAllowed, PolicyRefusal? refusal)
    {
        IsAllowed = isAllowed;
        _refusal = refusal;
    }

    internal static StatementDecision Allow => new(true, null);

    internal bool IsAllowed { get; }

    /// <summary>Why not; null when allowed.</summary>
    internal PolicyRefusal? Refusal => IsAllowed ? null : _refusal ?? Unspecified;

    internal static StatementDecision Refuse(PolicyRefusal refusal) => new(false, refusal);

    /// <summary>Decides. Allocates nothing when it allows.</summary>
    internal static StatementDecision Of(Grant grant, in StatementFacts facts) => new StatementJudge(grant, facts, trace: null).Run();
}
