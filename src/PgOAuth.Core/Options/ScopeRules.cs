namespace PgOAuth.Options;

/// <summary>What one scope gives, and what it takes away from all the others.</summary>
public sealed class ScopeRules
{
    /// <summary>What is allowed. Rules add up.</summary>
    public IList<StatementRule> Allow { get; } = [];

    /// <summary>What is denied to a session with this scope, whatever allows it.</summary>
    public IList<StatementRule> Deny { get; } = [];
}
