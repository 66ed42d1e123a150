using System.Globalization;
using System.Text.Json;
using PgOAuth.Options;

namespace PgOAuth.Enforcement.Policy;

/// <summary>From one object of authorization_details (RFC 9396) to a rule (stage 7).</summary>
/// <remarks>
/// An object that says anything this does not understand gives nothing: what is not understood may be a limit (RFC 9396 section 2.2:
/// the members of an object narrow each other).
/// </remarks>
internal sealed class AuthorizationDetailCompiler
{
    private const int MaxItems = 256;

    private readonly string _type;
    private readonly HashSet<string> _locations;
    private readonly Dictionary<string, string[]> _actions;
    private readonly RuleSet _within;

    internal AuthorizationDetailCompiler(string type, AuthorizationDetailRules rules)
    {
        _type = type;
        _locations = new HashSet<string>(rules.Locations, StringComparer.Ordinal);
        _actions = rules.Actions.ToDictionary(static entry => entry.Key, static entry => entry.Value.ToArray(), StringComparer.Ordinal);
        _within = new RuleSet(PolicyCompiler.Compile(null, rules.Within, isDenial: false));
    }

    /// <summary>The rule, or null when the object gives nothing; then, unless it is for another place, with a mistake.</summary>
    internal CompiledRule? Compile(JsonElement item, int index, List<string> mistakes)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"authorization_details[{index}]");
        var rule = new StatementRule();
        var locations = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in item.EnumerateObject())
        {
            var known = member.Name switch
            {
                "type" => true,
                "actions" => Read(member.Value, word => AddAction(rule, word)),
                "locations" => Read(member.Value, locations.Add),
                "datatypes" => Read(member.Value, rule.Relations.Add),
                "columns" => Read(member.Value, rule.Columns.Add),
                _ => false,
            };
            if (!known || !names.Add(member.Name))
            {
                mistakes.Add($"{path}: its member {(known ? "stands twice" : "is not understood")}.");
                return null;
            }
        }

        // An empty list of columns is a limit to nothing; a rule without columns is one to all.
        if (names.Contains("columns") && rule.Columns.Count == 0)
        {
            return null;
        }

        if (_locations.Count > 0 && !locations.Exists(_locations.Contains))
        {
            return null;
        }

        return Finish(path, rule, mistakes);
    }

    private CompiledRule? Finish(string path, StatementRule rule, List<string> mistakes)
    {
        var options = new StatementPolicyOptions();
        options.Defaults.Allow.Add(rule);
        var wrong = PolicyValidator.Validate(options);
        if (wrong.Count > 0)
        {
            // Their texts hold what the token says; the path is enough to find it there.
            mistakes.Add($"{path}: gives nothing, because its actions and datatypes are no rule.");
            return null;
        }

        var compiled = PolicyCompiler.Compile(_type, path, rule, isDenial: false, _within);
        if ((compiled.Permissions & StatementPermissions.Dangerous) != 0)
        {
            mistakes.Add($"{path}: gives nothing, because it asks for a dangerous permission.");
            return null;
        }

        return compiled;
    }

    private void AddAction(StatementRule rule, string action)
    {
        if (_actions.TryGetValue(action, out var words))
        {
            foreach (var word in words)
            {
                rule.Statements.Add(word);
            }
        }
        else
        {
            rule.Statements.Add(action);
        }
    }

    private static bool Read(JsonElement value, Action<string> add)
    {
        if (value.ValueKind is not JsonValueKind.Array || value.GetArrayLength() > MaxItems)
        {
            return false;
        }

        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.String)
            {
                return false;
            }

            add(item.GetString()!);
        }

        return true;
    }
}
