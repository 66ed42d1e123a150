using System.Text;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Policy;

/// <summary>One thing that a statement needs, to be found in a grant, or in what other scopes would give (stage 7).</summary>
internal readonly ref struct PolicyRequest
{
    // Inheritance is a graph without circles; the limit keeps a snapshot that is not from looping.
    private const int MaxDepth = 32;

    // Longer than any name that PostgreSQL or an extension has.
    private const int MaxSettingName = 63;

    internal PolicyRequestKind Kind { get; private init; }

    /// <summary>One of these is enough to allow, and each of these, denied, denies.</summary>
    internal StatementPermissions AnyOf { get; private init; }

    internal ReadOnlySpan<byte> Schema { get; private init; }

    /// <summary>Of the relation, function or setting.</summary>
    internal ReadOnlySpan<byte> Name { get; private init; }

    internal ReadOnlySpan<byte> ColumnName { get; private init; }

    internal SqlRelation? Relation { get; private init; }

    internal SqlFunction? RequestedFunction { get; private init; }

    internal static PolicyRequest OfRelation(StatementPermissions anyOf, SqlRelation relation) => new()
    {
        Kind = PolicyRequestKind.Relation,
        AnyOf = anyOf,
        Schema = relation.Schema.Utf8,
        Name = relation.Name.Utf8,
        Relation = relation,
    };

    internal static PolicyRequest OfNewRelation(StatementPermissions anyOf, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => new()
    {
        Kind = PolicyRequestKind.Relation,
        AnyOf = anyOf,
        Schema = schema,
        Name = name,
    };

    internal static PolicyRequest OfFunction(SqlFunction function, bool isCall) => new()
    {
        Kind = isCall ? PolicyRequestKind.Procedure : PolicyRequestKind.Function,
        AnyOf = isCall ? StatementPermissions.Call : StatementPermissions.None,
        Schema = function.Schema.Utf8,
        Name = function.Name.Utf8,
        RequestedFunction = function,
    };

    internal static PolicyRequest OfSetting(ReadOnlySpan<byte> name, bool isShow) => new()
    {
        Kind = isShow ? PolicyRequestKind.ShowSetting : PolicyRequestKind.SetSetting,
        Name = name,
    };

    internal static PolicyRequest OfEverything(StatementPermissions permission) => new()
    {
        Kind = PolicyRequestKind.Wholesale,
        AnyOf = permission,
    };

    internal static PolicyRequest OfSessionCommand => new() { Kind = PolicyRequestKind.SessionCommand };

    internal PolicyRequest Whole() => With(PolicyRequestKind.WholeRelation, default);

    internal PolicyRequest Column(ReadOnlySpan<byte> column) => With(PolicyRequestKind.Column, column);

    /// <summary>The rule that allows it, or null.</summary>
    internal CompiledRule? FindAllowance(RuleSet rules, PolicyBaselineRules baseline) => Kind switch
    {
        // Nobody knows its columns, so nothing less than all of them will do.
        PolicyRequestKind.Relation or PolicyRequestKind.Column when Relation is { IsUnknown: true } =>
            rules.FindWholeRelation(AnyOf, Schema, Name, IsGuarded(baseline)),
        PolicyRequestKind.Relation or PolicyRequestKind.Column =>
            rules.FindRelation(AnyOf, Schema, Name, ColumnName, IsGuarded(baseline)) ?? FindMetadata(baseline),
        PolicyRequestKind.WholeRelation => rules.FindWholeRelation(AnyOf, Schema, Name, IsGuarded(baseline)),
        PolicyRequestKind.Function or PolicyRequestKind.Procedure => FindFunction(rules, baseline),
        PolicyRequestKind.SetSetting => SettingRules.IsHarmless(Name) && baseline.HarmlessSettings is { } set ? set : rules.FindSetting(Name),
        PolicyRequestKind.ShowSetting => SettingRules.IsShown(Name) && baseline.HarmlessSettings is { } shown ? shown : rules.FindSetting(Name),
        PolicyRequestKind.Wholesale => rules.FindWholesale(AnyOf),
        PolicyRequestKind.SessionCommand => baseline.SessionCommands,
        _ => null,
    };

    /// <summary>The rule that denies it, or null. A denial of a table is one of its partitions and children, too.</summary>
    internal CompiledRule? FindDenial(RuleSet rules)
    {
        if (rules.Rules.IsEmpty)
        {
            return null;
        }

        return Kind switch
        {
            PolicyRequestKind.Relation or PolicyRequestKind.Column or PolicyRequestKind.WholeRelation => FindRelationDenial(rules),
            PolicyRequestKind.Function => rules.FindFunction(Schema, Name, isCall: false, isGuarded: false),
            PolicyRequestKind.Procedure => rules.FindFunction(Schema, Name, isCall: true, isGuarded: false),
            PolicyRequestKind.SetSetting or PolicyRequestKind.ShowSetting => rules.FindSetting(Name),
            PolicyRequestKind.Wholesale => rules.FindAnywhere(AnyOf),
            _ => null,
        };
    }

    /// <summary>What is asked for, in words: select on sales.orders (column id).</summary>
    internal string Describe() => Kind switch
    {
        PolicyRequestKind.Relation or PolicyRequestKind.WholeRelation => $"{DescribePermissions()} on {Text(Schema)}.{Text(Name)}",
        PolicyRequestKind.Column => $"{DescribePermissions()} on column {Text(ColumnName)} of {Text(Schema)}.{Text(Name)}",
        PolicyRequestKind.Function => $"function {Text(Schema)}.{Text(Name)}",
        PolicyRequestKind.Procedure => $"call of {Text(Schema)}.{Text(Name)}",
        PolicyRequestKind.SetSetting => $"setting {SettingText(Name)}",
        PolicyRequestKind.ShowSetting => $"show of setting {SettingText(Name)}",
        PolicyRequestKind.Wholesale => DescribePermissions(),
        _ => "session command",
    };

    private string DescribePermissions() => string.Join(" or ", StatementPermissionNames.ListOf(AnyOf));

    private static string Text(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name);

    // A setting's name may come out of a literal, and what is described is written to the audit: what cannot be a name is not repeated.
    private static string SettingText(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxSettingName)
        {
            return "of no known name";
        }

        foreach (var letter in name)
        {
            if (!(char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'_' or (byte)'.' or (byte)'$' or >= 0x80))
            {
                return "of no known name";
            }
        }

        return Text(name);
    }

    private bool IsGuarded(PolicyBaselineRules baseline) => Relation is not null && baseline.Lists.IsDangerous(Relation);

    private CompiledRule? FindMetadata(PolicyBaselineRules baseline) =>
        baseline.Metadata is { } metadata
        && AnyOf == StatementPermissions.Select
        && Relation is not null
        && ObjectPattern.IsServerSchema(Schema)
        && baseline.Lists.IsMetadata(Relation, ColumnName)
            ? metadata
            : null;

    private CompiledRule? FindFunction(RuleSet rules, PolicyBaselineRules baseline)
    {
        var function = RequestedFunction!;
        if (Kind is PolicyRequestKind.Function && !function.IsUnknown && baseline.HarmlessFunctions is { } harmless && baseline.Lists.IsHarmless(function))
        {
            return harmless;
        }

        var isGuarded = ObjectPattern.IsServerSchema(Schema) || baseline.Lists.IsDangerous(function);
        return rules.FindFunction(Schema, Name, Kind is PolicyRequestKind.Procedure, isGuarded);
    }

    // Nobody knows the parents of an unknown relation: any that is denied may be one.
    private CompiledRule? FindRelationDenial(RuleSet rules) =>
        Relation is { IsUnknown: true } ? rules.FindAnyRelation(AnyOf)
        : Kind is PolicyRequestKind.WholeRelation
            ? FindAnyDenial(rules, Schema, Name, Relation, MaxDepth)
            : FindDenial(rules, AnyOf, Schema, Name, ColumnName, Relation, MaxDepth);

    // Whether anything is denied of the relation at all: if not, its columns need not be asked for one by one.
    private CompiledRule? FindAnyDenial(RuleSet rules, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name, SqlRelation? relation, int depth)
    {
        var found = rules.FindRelation(AnyOf, schema, name);
        if (found is null && relation is not null && depth > 0)
        {
            foreach (var parent in relation.Parents)
            {
                found ??= FindAnyDenial(rules, parent.Schema.Utf8, parent.Name.Utf8, parent, depth - 1);
            }
        }

        return found;
    }

    private static CompiledRule? FindDenial(
        RuleSet rules,
        StatementPermissions anyOf,
        ReadOnlySpan<byte> schema,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> column,
        SqlRelation? relation,
        int depth)
    {
        // Without columns, a denial of some of them is not meant.
        var found = column.IsEmpty ? rules.FindWholeRelation(anyOf, schema, name) : rules.FindRelation(anyOf, schema, name, column);
        if (found is null && relation is not null && depth > 0)
        {
            foreach (var parent in relation.Parents)
            {
                found ??= FindDenial(rules, anyOf, parent.Schema.Utf8, parent.Name.Utf8, column, parent, depth - 1);
            }
        }

        return found;
    }

    private PolicyRequest With(PolicyRequestKind kind, ReadOnlySpan<byte> column) => new()
    {
        Kind = kind,
        AnyOf = AnyOf,
        Schema = Schema,
        Name = Name,
        ColumnName = column,
        Relation = Relation,
    };
}
