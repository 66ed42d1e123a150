using PgOAuth.Authorization;

namespace PgOAuth.Options.Validation;

/// <summary>Stage 4: <c>Authorization</c>.</summary>
internal static class AuthorizationRules
{
    private const string Any = "*";

    internal static void Check(PgOAuthProxyOptions options, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        var authorization = options.Authorization;
        if (authorization.RoleMap.Count == 0 && components.RoleMappers.Count == 0)
        {
            mistakes.Add("Authorization:RoleMap", "at least one rule is needed, or a role mapper in code; otherwise no token becomes a role.");
        }

        for (var i = 0; i < authorization.RoleMap.Count; i++)
        {
            CheckRoleMap($"Authorization:RoleMap:{i}", authorization.RoleMap[i], options.Authentication, components, mistakes);
        }

        for (var i = 0; i < authorization.AllowedRoles.Count; i++)
        {
            CheckRole($"Authorization:AllowedRoles:{i}", authorization.AllowedRoles[i], mistakes);
        }

        mistakes.CheckDefined("Authorization:UserMatching", authorization.UserMatching);
        for (var i = 0; i < authorization.RequiredScopes.Count; i++)
        {
            mistakes.CheckScope($"Authorization:RequiredScopes:{i}", authorization.RequiredScopes[i]);
        }

        for (var i = 0; i < authorization.ConnectionRules.Count; i++)
        {
            CheckConnectionRule($"Authorization:ConnectionRules:{i}", authorization.ConnectionRules[i], authorization, components, mistakes);
        }
    }

    private static void CheckRoleMap(string path, RoleMapOptions rule, AuthenticationOptions authentication, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        mistakes.CheckPresent($"{path}:Claim", rule.Claim, "name the claim, such as groups, or a JSON pointer such as /realm_access/roles");
        mistakes.CheckPresent($"{path}:Value", rule.Value, "write the value that the claim must hold");
        CheckRole($"{path}:Role", rule.Role, mistakes);
        if (rule.Issuer is not null && components.TokenValidators.Count == 0 && authentication.Issuers.All(issuer => issuer.Issuer != rule.Issuer))
        {
            mistakes.Add($"{path}:Issuer", "is none of Authentication:Issuers; the rule would never match.");
        }
    }

    private static void CheckRole(string path, string role, OptionMistakes mistakes)
    {
        if (!RoleNameRules.IsAcceptable(role, out var reason))
        {
            mistakes.Add(path, $"cannot be the role of a token: {reason}.");
        }
    }

    private static void CheckConnectionRule(
        string path, ConnectionRuleOptions rule, AuthorizationOptions authorization, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        mistakes.CheckScope($"{path}:Scope", rule.Scope);
        if (rule.Databases.Count == 0)
        {
            mistakes.Add($"{path}:Databases", "at least one database is needed, or * for all; the rule would never match.");
        }

        for (var i = 0; i < rule.Databases.Count; i++)
        {
            mistakes.CheckDatabase($"{path}:Databases:{i}", rule.Databases[i]);
        }

        for (var i = 0; i < rule.Roles.Count; i++)
        {
            var role = rule.Roles[i];
            if (role != Any && components.RoleMappers.Count == 0 && authorization.RoleMap.All(map => map.Role != role))
            {
                mistakes.Add($"{path}:Roles:{i}", "no rule of Authorization:RoleMap gives this role; the rule would never match.");
            }
        }
    }
}
