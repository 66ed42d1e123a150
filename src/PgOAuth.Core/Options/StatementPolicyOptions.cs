namespace PgOAuth.Options;

/// <summary>The policy of statements as people write it: scopes to rules. What no rule allows is denied.</summary>
public sealed class StatementPolicyOptions
{
    /// <summary>The scopes, compared exactly.</summary>
    public IDictionary<string, ScopeRules> Scopes { get; } = new Dictionary<string, ScopeRules>(StringComparer.Ordinal);

    /// <summary>What every session may do.</summary>
    public PolicyDefaults Defaults { get; set; } = new();

    /// <summary>What nobody may do, whatever allows it.</summary>
    public IList<StatementRule> Deny { get; } = [];

    /// <summary>Types of <c>authorization_details</c> objects that give rights.</summary>
    public IDictionary<string, AuthorizationDetailRules> AuthorizationDetails { get; } =
        new Dictionary<string, AuthorizationDetailRules>(StringComparer.Ordinal);

    /// <summary>Whether anybody wrote a rule.</summary>
    internal bool HasRules => Scopes.Count + Deny.Count + AuthorizationDetails.Count > 0 || Defaults is { Allow.Count: > 0 };

    /// <summary>Whether a rule allows anything, to anybody.</summary>
    internal bool GivesAnything =>
        Defaults.Allow.Count > 0
        || Scopes.Values.Any(static scope => scope.Allow.Count > 0)
        || AuthorizationDetails.Values.Any(static details => details.Within.Count > 0);

    /// <summary>Adds to what a scope gives: <c>policy.AddScope("orders:read", s => s.Select("sales.orders", "sales.order_items"))</c>.</summary>
    /// <param name="scope">The scope, exactly as tokens carry it.</param>
    /// <param name="configure">Called at once; adds the rules.</param>
    public StatementPolicyOptions AddScope(string scope, Action<ScopeRulesBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        ArgumentNullException.ThrowIfNull(configure);
        if (!Scopes.TryGetValue(scope, out var rules))
        {
            Scopes.Add(scope, rules = new ScopeRules());
        }

        configure(new ScopeRulesBuilder(rules.Allow, rules.Deny));
        return this;
    }

    /// <summary>Adds to what everybody may do, and, with the methods that deny, to what nobody may.</summary>
    /// <param name="configure">Called at once; adds the rules.</param>
    public StatementPolicyOptions ForEverybody(Action<ScopeRulesBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(new ScopeRulesBuilder(Defaults.Allow, Deny));
        return this;
    }

    /// <summary>Lets objects of <c>authorization_details</c> (RFC 9396) of a type give rights; called again, adds to them.</summary>
    /// <param name="type">The type, exactly as tokens carry it.</param>
    /// <param name="within">Called at once; adds rules that say the most that such objects can give. They cannot deny.</param>
    /// <param name="configure">Called at once; further settings of the type.</param>
    public StatementPolicyOptions AddAuthorizationDetails(
        string type, Action<ScopeRulesBuilder> within, Action<AuthorizationDetailRules>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(within);
        if (!AuthorizationDetails.TryGetValue(type, out var details))
        {
            AuthorizationDetails.Add(type, details = new AuthorizationDetailRules());
        }

        within(new ScopeRulesBuilder(details.Within, null));
        configure?.Invoke(details);
        return this;
    }
}
