namespace PgOAuth.Enforcement.Policy;

/// <summary>What one session may do, put together once from its scopes (stage 7). Immutable; sessions with the same scopes share it.</summary>
internal sealed class Grant
{
    internal Grant(CompiledPolicy policy, string[] scopes, RuleSet allow, RuleSet deny, string[] mistakes)
    {
        Policy = policy;
        Scopes = scopes;
        Allow = allow;
        Deny = deny;
        Mistakes = mistakes;
    }

    internal CompiledPolicy Policy { get; }

    /// <summary>The token's scopes that the policy knows, in order.</summary>
    internal IReadOnlyList<string> Scopes { get; }

    internal RuleSet Allow { get; }

    internal RuleSet Deny { get; }

    /// <summary>Why some of the token's authorization_details give nothing; without anything that the token says.</summary>
    internal IReadOnlyList<string> Mistakes { get; }
}
