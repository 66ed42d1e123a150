using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PgOAuth.Authentication;
using PgOAuth.Authorization;
using PgOAuth.DependencyInjection;
using PgOAuth.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stage 4: which role a token becomes, and which scopes it needs.</summary>
public static class PgOAuthProxyAuthorizationExtensions
{
    /// <summary>Maps claims to a role in code; null is no role. All mappings are taken together.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="map">Called for each login, concurrently.</param>
    public static IPgOAuthProxyBuilder MapRole(this IPgOAuthProxyBuilder builder, Func<TokenClaims, string?> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return builder.MapRoles(claims => map(claims) is { } role ? [role] : []);
    }

    /// <summary>Maps claims to roles in code; the startup message's <c>user</c> picks among them.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="map">Called for each login, concurrently.</param>
    public static IPgOAuthProxyBuilder MapRoles(this IPgOAuthProxyBuilder builder, Func<TokenClaims, IReadOnlyList<string>> map)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(map);
        builder.Services.AddKeyedSingleton<IRoleMapper>(builder.Name, new DelegateRoleMapper(map));
        return builder;
    }

    /// <summary>Adds a rule: tokens whose claim holds the value may become the role.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="claim">The claim's name, or a JSON pointer such as <c>/realm_access/roles</c>.</param>
    /// <param name="value">The value, compared ordinally.</param>
    /// <param name="role">The database role, exactly as PostgreSQL stores its name.</param>
    /// <param name="issuer">Only for tokens of this issuer; null for any.</param>
    public static IPgOAuthProxyBuilder MapRole(this IPgOAuthProxyBuilder builder, string claim, string value, string role, string? issuer = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(claim);
        ArgumentException.ThrowIfNullOrEmpty(value);
        ArgumentException.ThrowIfNullOrEmpty(role);
        return builder.Configure(options => options.Authorization.RoleMap.Add(
            new RoleMapOptions { Claim = claim, Value = value, Role = role, Issuer = issuer }));
    }

    /// <summary>Adds a mapper of the host.</summary>
    /// <typeparam name="T">The mapper: one instance for this proxy, its constructor's parameters come from the host's services.</typeparam>
    /// <param name="builder">The proxy.</param>
    public static IPgOAuthProxyBuilder AddRoleMapper<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IPgOAuthProxyBuilder builder)
        where T : class, IRoleMapper
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.KeyedSingleton<IRoleMapper, T>(builder.Name));
        return builder;
    }

    /// <summary>Demands scopes of every token.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="scopes">The scopes; all of them are needed.</param>
    public static IPgOAuthProxyBuilder RequireScope(this IPgOAuthProxyBuilder builder, params string[] scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        return builder.Configure(options =>
        {
            foreach (var scope in scopes)
            {
                options.Authorization.RequiredScopes.Add(scope);
            }
        });
    }

    /// <summary>Adds a rule: tokens with the scope may connect to the database as these roles. With one rule or more, nothing else is open.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="database">The database; <c>*</c> for all.</param>
    /// <param name="roles">The roles; none for all.</param>
    public static IPgOAuthProxyBuilder AllowConnection(this IPgOAuthProxyBuilder builder, string scope, string database, params string[] roles)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        ArgumentException.ThrowIfNullOrEmpty(database);
        ArgumentNullException.ThrowIfNull(roles);
        return builder.Configure(options =>
        {
            var rule = new ConnectionRuleOptions { Scope = scope, Databases = { database } };
            foreach (var role in roles)
            {
                rule.Roles.Add(role);
            }

            options.Authorization.ConnectionRules.Add(rule);
        });
    }

    /// <summary>Adds a policy of the host; every policy must allow.</summary>
    /// <typeparam name="T">The policy: one instance for this proxy, its constructor's parameters come from the host's services.</typeparam>
    /// <param name="builder">The proxy.</param>
    public static IPgOAuthProxyBuilder AddScopePolicy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IPgOAuthProxyBuilder builder)
        where T : class, IScopePolicy
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.KeyedSingleton<IScopePolicy, T>(builder.Name));
        return builder;
    }
}
