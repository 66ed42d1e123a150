namespace PgOAuth.Enforcement.Policy;

/// <summary>What one scope gives and takes (stage 7). Immutable.</summary>
internal sealed class CompiledScope
{
    internal CompiledScope(string name, CompiledRule[] allow, CompiledRule[] deny)
    {
        Name = name;
        Allow = new RuleSet(allow);
        Deny = new RuleSet(deny);
    }

    internal string Name { get; }

    internal RuleSet Allow { get; }

    internal RuleSet Deny { get; }
}
