namespace PgOAuth.Options;

/// <summary>Stage 4: which role a token becomes, and which scopes it needs.</summary>
public sealed class AuthorizationOptions
{
    /// <summary>Rules from claim values to database roles.</summary>
    public IList<RoleMapOptions> RoleMap { get; } = [];

    /// <summary>The only roles a mapping may give, besides the rules' own.</summary>
    /// <value>Default: empty. Roles named in <see cref="RoleMap"/> are always allowed; roles that code gives must be listed here, unless it is empty.</value>
    public IList<string> AllowedRoles { get; } = [];

    /// <summary>How the startup message's <c>user</c> is matched.</summary>
    /// <value>Default: <see cref="UserMatching.Role"/>.</value>
    public UserMatching UserMatching { get; set; } = UserMatching.Role;

    /// <summary>Scopes every token must have.</summary>
    /// <value>Default: empty. A warning is logged at start when no scope, rule or policy restricts connections.</value>
    public IList<string> RequiredScopes { get; } = [];

    /// <summary>Scopes that open databases as roles. When there is at least one rule, a connection needs one that matches.</summary>
    public IList<ConnectionRuleOptions> ConnectionRules { get; } = [];
}
