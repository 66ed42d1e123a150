using PgOAuth.Options;

namespace PgOAuth.Authorization;

/// <summary>Stage 4: the role mapper of the configuration, <c>Authorization:RoleMap</c>.</summary>
internal sealed class ClaimRoleMapper : IRoleMapper
{
    private const string ScopeClaim = "scope";

    private readonly RoleMapOptions[] _rules;

    internal ClaimRoleMapper(IEnumerable<RoleMapOptions> rules) => _rules = [.. rules];

    public ValueTask<RoleMapping> MapAsync(RoleMappingContext context, CancellationToken cancellationToken)
    {
        var claims = context.Claims;
        var roles = new List<string>();
        foreach (var rule in _rules)
        {
            var matches = (rule.Issuer is null || string.Equals(rule.Issuer, claims.Issuer, StringComparison.Ordinal))
                && (rule.Claim == ScopeClaim ? claims.HasScope(rule.Value) : claims.HasClaim(rule.Claim, rule.Value));
            if (matches && !roles.Contains(rule.Role))
            {
                roles.Add(rule.Role);
            }
        }

        return ValueTask.FromResult(RoleMapping.To(roles));
    }
}
