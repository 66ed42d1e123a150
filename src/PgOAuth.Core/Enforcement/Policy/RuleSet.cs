namespace PgOAuth.Enforcement.Policy;

/// <summary>Rules of one kind (all allow, or all deny) by what they are about (stage 7). Immutable; asking allocates nothing.</summary>
internal sealed class RuleSet
{
    private readonly CompiledRule[] _rules;
    private readonly Dictionary<byte[], CompiledRule[]> _byName;
    private readonly Dictionary<byte[], CompiledRule[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    // Rules with a pattern that means more than one name.
    private readonly CompiledRule[] _wide;
    private readonly CompiledRule[] _functions;
    private readonly CompiledRule[] _settings;

    internal RuleSet(IEnumerable<CompiledRule> rules)
    {
        _rules = [.. rules];
        var names = new Dictionary<byte[], List<CompiledRule>>(Utf8NameComparer.Instance);
        var wide = new List<CompiledRule>();
        foreach (var rule in _rules)
        {
            foreach (var pattern in rule.Relations)
            {
                var list = wide;
                if (pattern.Name.IsExact)
                {
                    var name = pattern.Name.Text.ToArray();
                    if (!names.TryGetValue(name, out list))
                    {
                        names.Add(name, list = []);
                    }
                }

                if (list.Count == 0 || list[^1] != rule)
                {
                    list.Add(rule);
                }
            }

            Permissions |= rule.Permissions;
        }

        _byName = names.ToDictionary(static entry => entry.Key, static entry => entry.Value.ToArray(), Utf8NameComparer.Instance);
        _lookup = _byName.GetAlternateLookup<ReadOnlySpan<byte>>();
        _wide = [.. wide];
        _functions = [.. _rules.Where(static rule =>
            rule.Functions.Length > 0 || (rule.Permissions & StatementPermissions.DangerousFunctions) != 0)];
        _settings = [.. _rules.Where(static rule => rule.Settings.Length > 0)];
    }

    internal static RuleSet Empty { get; } = new([]);

    internal ReadOnlySpan<CompiledRule> Rules => _rules;

    /// <summary>Every permission that some rule has.</summary>
    internal StatementPermissions Permissions { get; }

    /// <summary>The rule about this relation and, unless empty, this column.</summary>
    /// <param name="anyOf">The permissions, one of which the rule must have.</param>
    /// <param name="column">Empty: whatever columns the rule has.</param>
    /// <param name="isGuarded">Patterns do not count.</param>
    internal CompiledRule? FindRelation(StatementPermissions anyOf, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name, ReadOnlySpan<byte> column = default, bool isGuarded = false) =>
        FindRelation(anyOf, schema, name, column, isWhole: false, isGuarded);

    /// <summary>The rule about all of this relation's columns, also those that nobody knows of.</summary>
    internal CompiledRule? FindWholeRelation(StatementPermissions anyOf, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name, bool isGuarded = false) =>
        FindRelation(anyOf, schema, name, default, isWhole: true, isGuarded);

    /// <summary>Any rule about relations that has one of the permissions, for what a relation is that nobody knows.</summary>
    internal CompiledRule? FindAnyRelation(StatementPermissions anyOf)
    {
        foreach (var rule in _rules)
        {
            if ((rule.Permissions & anyOf) != 0)
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The rule about this function, or with <paramref name="isCall"/> procedure.</summary>
    internal CompiledRule? FindFunction(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name, bool isCall, bool isGuarded)
    {
        foreach (var rule in _functions)
        {
            if (rule.IsAboutFunction(schema, name, isCall, isGuarded)
                && (rule.Within is not { } limit || limit.FindFunction(schema, name, isCall, isGuarded) is not null))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The rule about this setting.</summary>
    internal CompiledRule? FindSetting(ReadOnlySpan<byte> name)
    {
        foreach (var rule in _settings)
        {
            if (rule.IsAboutSetting(name) && (rule.Within is not { } limit || limit.FindSetting(name) is not null))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The rule that has the permission for things that are no relations: a dangerous one, or one for all relations.</summary>
    internal CompiledRule? FindWholesale(StatementPermissions permission)
    {
        foreach (var rule in _rules)
        {
            if ((rule.Permissions & permission) != 0
                && ((permission & ~StatementPermissions.Dangerous) == 0 || rule.IsWholesale)
                && (rule.Within is not { } limit || limit.FindWholesale(permission) is not null))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>
    /// Of rules that deny: one that has the permission for anything at all. Who drops a schema drops what is in it, and nobody knows
    /// whether that is what the rule protects.
    /// </summary>
    internal CompiledRule? FindAnywhere(StatementPermissions permission)
    {
        foreach (var rule in _rules)
        {
            if ((rule.Permissions & permission) != 0 && rule.Columns.IsAll)
            {
                return rule;
            }
        }

        return null;
    }

    private CompiledRule? FindRelation(
        StatementPermissions anyOf,
        ReadOnlySpan<byte> schema,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> column,
        bool isWhole,
        bool isGuarded)
    {
        var found = _lookup.TryGetValue(name, out var rules) ? FindRelation(rules, anyOf, schema, name, column, isWhole, isGuarded) : null;
        return found ?? FindRelation(_wide, anyOf, schema, name, column, isWhole, isGuarded);
    }

    private static CompiledRule? FindRelation(
        CompiledRule[] rules,
        StatementPermissions anyOf,
        ReadOnlySpan<byte> schema,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> column,
        bool isWhole,
        bool isGuarded)
    {
        foreach (var rule in rules)
        {
            if ((rule.Permissions & anyOf) != 0
                && (isWhole ? rule.Columns.IsAll : column.IsEmpty || rule.Columns.Contains(column))
                && rule.IsAboutRelation(schema, name, isGuarded)
                && (rule.Within is not { } limit || limit.FindRelation(anyOf, schema, name, column, isWhole, isGuarded) is not null))
            {
                return rule;
            }
        }

        return null;
    }
}
