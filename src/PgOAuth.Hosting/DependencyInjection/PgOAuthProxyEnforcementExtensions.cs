using PgOAuth.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stage 7: which statements the scopes of a token allow.</summary>
public static class PgOAuthProxyEnforcementExtensions
{
    /// <summary>Adds to what a scope gives: <c>.AddScope("orders:read", s => s.Select("sales.orders", "sales.order_items"))</c>.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="scope">The scope, exactly as tokens carry it.</param>
    /// <param name="configure">Adds the rules.</param>
    /// <remarks>
    /// With the first rule the statement gate enforces: what no rule allows is refused. <see cref="EnforcementOptions.Mode"/>, set in code
    /// or by the configuration, says otherwise, wherever it is set.
    /// </remarks>
    public static IPgOAuthProxyBuilder AddScope(this IPgOAuthProxyBuilder builder, string scope, Action<ScopeRulesBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigureStatementPolicy(policy => policy.AddScope(scope, configure));
    }

    /// <summary>Changes the policy of statements: scopes, defaults, denials, <c>authorization_details</c>.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="configure">Called at start, and again when the proxy is told to reload.</param>
    /// <remarks>
    /// With the first rule the statement gate enforces, unless <see cref="EnforcementOptions.Mode"/> says otherwise. Not to be used
    /// beside <see cref="EnforcementOptions.PolicyFile"/>.
    /// </remarks>
    public static IPgOAuthProxyBuilder ConfigureStatementPolicy(this IPgOAuthProxyBuilder builder, Action<StatementPolicyOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.Configure(options => configure(options.Enforcement.Policy));
    }

    /// <summary>Takes the policy of statements from a JSON file, and again whenever it changes.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="path">The file; mistakes in it are reported when the host starts, or leave the old policy in force.</param>
    /// <remarks>The statement gate enforces then, unless <see cref="EnforcementOptions.Mode"/> says otherwise.</remarks>
    public static IPgOAuthProxyBuilder UsePolicyFile(this IPgOAuthProxyBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return builder.Configure(options => options.Enforcement.PolicyFile = path);
    }
}
