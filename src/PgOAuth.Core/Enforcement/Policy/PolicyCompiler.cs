using System.Globalization;
using PgOAuth.Options;

namespace PgOAuth.Enforcement.Policy;

/// <summary>From the policy as written to the one that decides (stage 7).</summary>
internal static class PolicyCompiler
{
    private static long _lastVersion;

    /// <summary>Compiles a policy. Each call gives another version, also for an equal policy.</summary>
    /// <param name="options">Copied: later changes of it change nothing.</param>
    /// <param name="baseline">The shipped lists.</param>
    /// <exception cref="ArgumentException">The policy has mistakes.</exception>
    internal static CompiledPolicy Compile(StatementPolicyOptions options, IPolicyBaseline baseline)
    {
        var mistakes = PolicyValidator.Validate(options);
        if (mistakes.Count > 0)
        {
            throw new ArgumentException("The policy has mistakes: " + string.Join(" ", mistakes), nameof(options));
        }

        var scopes = new Dictionary<string, CompiledScope>(options.Scopes.Count, StringComparer.Ordinal);
        foreach (var (name, rules) in options.Scopes)
        {
            scopes.Add(name, new CompiledScope(
                name,
                [.. Compile(name, rules.Allow, isDenial: false)],
                [.. Compile(name, rules.Deny, isDenial: true)]));
        }

        var details = new Dictionary<string, AuthorizationDetailCompiler>(StringComparer.Ordinal);
        foreach (var (type, rules) in options.AuthorizationDetails)
        {
            details.Add(type, new AuthorizationDetailCompiler(type, rules));
        }

        return new CompiledPolicy(
            Interlocked.Increment(ref _lastVersion),
            scopes,
            [.. Compile(null, options.Defaults.Allow, isDenial: false, "default ")],
            [.. Compile(null, options.Deny, isDenial: true)],
            details,
            new PolicyBaselineRules(options.Defaults, baseline),
            PolicySource.Of(options));
    }

    /// <summary>Compiles the rules of one list, which have no mistakes.</summary>
    internal static IEnumerable<CompiledRule> Compile(string? scope, IList<StatementRule> rules, bool isDenial, string prefix = "") =>
        rules.Select((rule, index) => Compile(
            scope,
            rule.Name ?? string.Create(CultureInfo.InvariantCulture, $"{prefix}{(isDenial ? "denial" : "rule")} {index + 1}"),
            rule,
            isDenial,
            within: null));

    /// <summary>Compiles a rule that has no mistakes.</summary>
    internal static CompiledRule Compile(string? scope, string name, StatementRule rule, bool isDenial, RuleSet? within)
    {
        var permissions = StatementPermissions.None;
        foreach (var word in rule.Statements)
        {
            _ = StatementPermissionNames.TryParse(word, out var permission);
            permissions |= permission;
        }

        var functions = rule.Functions.Select(ReadObject).ToArray();
        var settings = rule.Settings.Select(static text => PolicyNames.ReadSetting(text, out var pattern) is null ? pattern : default).ToArray();
        var relations = rule.Relations.Select(ReadObject).ToArray();
        if (isDenial && relations.Length == 0 && functions.Length + settings.Length == 0)
        {
            // Statements alone: wherever they are.
            relations = [new ObjectPattern(NamePattern.Any, NamePattern.Any)];
        }

        if (isDenial && relations.Length > 0 && permissions == StatementPermissions.None)
        {
            permissions = StatementPermissions.Everything;
        }

        return new CompiledRule
        {
            Scope = scope,
            Name = name,
            IsDenial = isDenial,
            Permissions = permissions,
            Relations = relations,
            Columns = ColumnSet.Of([.. rule.Columns.Select(ReadColumn)], [.. rule.ExceptColumns.Select(ReadColumn)]),
            Functions = functions,
            Settings = settings,
            Within = within,
        };
    }

    private static ObjectPattern ReadObject(string text) => PolicyNames.ReadObject(text, out var pattern) is null ? pattern : default;

    private static byte[] ReadColumn(string text)
    {
        _ = PolicyNames.ReadColumn(text, out var column);
        return column;
    }
}
