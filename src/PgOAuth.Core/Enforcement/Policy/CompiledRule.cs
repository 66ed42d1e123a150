namespace PgOAuth.Enforcement.Policy;

/// <summary>One rule, ready to be asked (stage 7). Immutable.</summary>
internal sealed class CompiledRule
{
    /// <summary>The scope it belongs to, or the type of authorization_details; null when it is for everybody.</summary>
    internal string? Scope { get; init; }

    /// <summary>Its name, or its place in the policy.</summary>
    internal required string Name { get; init; }

    internal bool IsDenial { get; init; }

    internal StatementPermissions Permissions { get; init; }

    internal ObjectPattern[] Relations { get; init; } = [];

    internal ColumnSet Columns { get; init; } = ColumnSet.All;

    internal ObjectPattern[] Functions { get; init; } = [];

    internal NamePattern[] Settings { get; init; } = [];

    /// <summary>What else must allow what this rule allows: the limits of what tokens may ask for. Null for none.</summary>
    internal RuleSet? Within { get; init; }

    /// <summary>Whether it gives the permission for all that is not the server's own, as things that are no relations need it.</summary>
    internal bool IsWholesale => Columns.IsAll && Array.Exists(Relations, static pattern => pattern.IsAll);

    /// <summary>The name for people: "scope orders:read, rule 1".</summary>
    public override string ToString() => Scope is null ? Name : $"scope {Scope}, {Name}";

    /// <param name="isCall">CALL, and not in an expression.</param>
    /// <param name="isGuarded">Only a rule that names the function, or gives all dangerous ones, allows it.</param>
    internal bool IsAboutFunction(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name, bool isCall, bool isGuarded)
    {
        if (!IsDenial && !isCall && isGuarded && (Permissions & StatementPermissions.DangerousFunctions) != 0)
        {
            return true;
        }

        if (isCall && (Permissions & StatementPermissions.Call) == 0 && !(IsDenial && Permissions == StatementPermissions.None))
        {
            return false;
        }

        // A denial that says CALL and nothing else leaves the function alone where it is called in an expression.
        if (!isCall && IsDenial && Permissions == StatementPermissions.Call)
        {
            return false;
        }

        foreach (ref readonly var pattern in Functions.AsSpan())
        {
            if (IsDenial
                ? pattern.MatchesDenied(schema, name)
                : pattern.Matches(schema, name) && (!isGuarded || (pattern.Name.IsExact && pattern.Schema.IsExact)))
            {
                return true;
            }
        }

        return false;
    }

    internal bool IsAboutSetting(ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var pattern in Settings.AsSpan())
        {
            if (pattern.Matches(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="isGuarded">Only a rule that names the relation allows it.</param>
    internal bool IsAboutRelation(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name, bool isGuarded)
    {
        foreach (ref readonly var pattern in Relations.AsSpan())
        {
            if (IsDenial
                ? pattern.MatchesDenied(schema, name)
                : pattern.Matches(schema, name) && (!isGuarded || (pattern.Name.IsExact && pattern.Schema.IsExact)))
            {
                return true;
            }
        }

        return false;
    }
}
