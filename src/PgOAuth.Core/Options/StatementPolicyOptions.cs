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
}
