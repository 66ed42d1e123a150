using PgOAuth.Options;
namespace PgOAuth.Enforcement.Policy;

/// <summary>A policy in code: <c>policy.AddScope("orders:read", s => s.Select("sales.orders", "sales.order_items"))</c>.</summary>
internal sealed class StatementPolicyBuilder
{
    internal StatementPolicyOptions Options { get; } = new();

    /// <summary>Adds to what a scope gives.</summary>
    internal StatementPolicyBuilder AddScope(string scope, Action<ScopeRulesBuilder> configure)
    {
        if (!Options.Scopes.TryGetValue(scope, out var rules))
        {
            Options.Scopes.Add(scope, rules = new ScopeRules());
        }

        configure(new ScopeRulesBuilder(rules.Allow, rules.Deny));
        return this;
    }

    /// <summary>Adds to what everybody may do, and to what nobody may.</summary>
    internal StatementPolicyBuilder ForEverybody(Action<ScopeRulesBuilder> configure)
    {
        configure(new ScopeRulesBuilder(Options.Defaults.Allow, Options.Deny));
        return this;
    }

    /// <summary>Changes what is allowed without a rule.</summary>
    internal StatementPolicyBuilder ConfigureDefaults(Action<PolicyDefaults> configure)
    {
        configure(Options.Defaults);
        return this;
    }

    /// <summary>Lets <c>authorization_details</c> of a type give rights.</summary>
    internal StatementPolicyBuilder AddAuthorizationDetails(string type, Action<ScopeRulesBuilder> within, Action<AuthorizationDetailRules>? configure = null)
    {
        var details = new AuthorizationDetailRules();
        within(new ScopeRulesBuilder(details.Within, null));
        configure?.Invoke(details);
        Options.AuthorizationDetails.Add(type, details);
        return this;
    }
}
