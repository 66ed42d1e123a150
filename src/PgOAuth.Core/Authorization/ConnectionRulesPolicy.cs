using PgOAuth.Options;

namespace PgOAuth.Authorization;

/// <summary>Stage 4: scopes open databases as roles, <c>Authorization:ConnectionRules</c>. Nothing matches, nothing is open.</summary>
internal sealed class ConnectionRulesPolicy : IScopePolicy
{
    private const string Any = "*";

    private readonly ConnectionRuleOptions[] _rules;

    internal ConnectionRulesPolicy(IEnumerable<ConnectionRuleOptions> rules) => _rules = [.. rules];

    public ValueTask<ScopeDecision> DecideAsync(ScopePolicyContext context, CancellationToken cancellationToken)
    {
        string? missing = null;
        foreach (var rule in _rules)
        {
            if (!Names(rule.Databases, context.Database) || (rule.Roles.Count > 0 && !Names(rule.Roles, context.Role)))
            {
                continue;
            }

            if (context.Claims.HasScope(rule.Scope))
            {
                return ValueTask.FromResult(ScopeDecision.Allow);
            }

            missing ??= rule.Scope;
        }

        return ValueTask.FromResult(ScopeDecision.Deny(missing));
    }

    private static bool Names(IList<string> names, string name) => names.Contains(Any) || names.Contains(name);
}
