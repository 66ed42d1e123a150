namespace PgOAuth.Authorization;

/// <summary>Stage 4: every token needs these scopes, <c>Authorization:RequiredScopes</c>.</summary>
internal sealed class RequiredScopesPolicy : IScopePolicy
{
    private readonly string[] _scopes;

    internal RequiredScopesPolicy(IEnumerable<string> scopes) => _scopes = [.. scopes];

    public ValueTask<ScopeDecision> DecideAsync(ScopePolicyContext context, CancellationToken cancellationToken)
    {
        foreach (var scope in _scopes)
        {
            if (!context.Claims.HasScope(scope))
            {
                return ValueTask.FromResult(ScopeDecision.Deny(scope));
            }
        }

        return ValueTask.FromResult(ScopeDecision.Allow);
    }
}
