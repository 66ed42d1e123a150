using System.Text;
using PgOAuth.Options;

namespace PgOAuth.Enforcement.Policy;

/// <summary>Writes a policy down in one form, so that a reload can tell whether it changed (stage 7).</summary>
internal static class PolicySource
{
    internal static string Of(StatementPolicyOptions options)
    {
        var text = new StringBuilder();
        foreach (var (scope, rules) in options.Scopes.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            Add(text, "scope", [scope]);
            Add(text, "allow", rules.Allow);
            Add(text, "deny", rules.Deny);
        }

        var defaults = options.Defaults;
        text.Append("defaults ").Append(defaults.SessionCommands).Append(defaults.HarmlessFunctions).Append(defaults.Metadata).Append(defaults.HarmlessSettings).Append('\n');
        Add(text, "allow", defaults.Allow);
        Add(text, "deny", options.Deny);
        foreach (var (type, rules) in options.AuthorizationDetails.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            Add(text, "details", [type]);
            Add(text, "locations", rules.Locations);
            foreach (var (word, statements) in rules.Actions.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            {
                Add(text, "action", [word, .. statements]);
            }

            Add(text, "within", rules.Within);
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, string what, IList<StatementRule> rules)
    {
        foreach (var rule in rules)
        {
            Add(text, what, [rule.Name ?? ""]);
            Add(text, "statements", rule.Statements);
            Add(text, "relations", rule.Relations);
            Add(text, "columns", rule.Columns);
            Add(text, "except", rule.ExceptColumns);
            Add(text, "functions", rule.Functions);
            Add(text, "settings", rule.Settings);
        }
    }

    // With lengths: whatever the words hold, other words give another text.
    private static void Add(StringBuilder text, string what, IEnumerable<string> words)
    {
        text.Append(what);
        foreach (var word in words)
        {
            text.Append(' ').Append(word.Length).Append(':').Append(word);
        }

        text.Append('\n');
    }
}
