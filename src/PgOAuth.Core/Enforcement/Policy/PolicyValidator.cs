using PgOAuth.Options;
using PgOAuth.Options.Validation;

namespace PgOAuth.Enforcement.Policy;

/// <summary>Finds every mistake in a policy at once, each with its path (stage 7).</summary>
internal static class PolicyValidator
{
    // What knows columns; to the rest they mean nothing, and a rule that names them there does not say what its author thinks.
    private const StatementPermissions ByColumn =
        StatementPermissions.Select | StatementPermissions.Insert | StatementPermissions.Update | StatementPermissions.Copy;

    private const int MaxNameLength = 100;

    internal static List<string> Validate(StatementPolicyOptions options)
    {
        var mistakes = new OptionMistakes();
        foreach (var (scope, rules) in options.Scopes)
        {
            var path = $"Scopes:{scope}";
            mistakes.CheckScope(path, scope);
            if (rules is null)
            {
                mistakes.Add(path, "is null.");
                continue;
            }

            CheckAll($"{path}:Allow", rules.Allow, isDenial: false, mistakes);
            CheckAll($"{path}:Deny", rules.Deny, isDenial: true, mistakes);
        }

        if (options.Defaults is null)
        {
            mistakes.Add("Defaults", "is null.");
        }
        else
        {
            CheckAll("Defaults:Allow", options.Defaults.Allow, isDenial: false, mistakes);
        }

        CheckAll("Deny", options.Deny, isDenial: true, mistakes);
        foreach (var (type, details) in options.AuthorizationDetails)
        {
            CheckDetails($"AuthorizationDetails:{type}", type, details, mistakes);
        }

        return mistakes.ToList();
    }

    private static void CheckDetails(string path, string type, AuthorizationDetailRules? details, OptionMistakes mistakes)
    {
        if (string.IsNullOrWhiteSpace(type))
        {
            mistakes.Add(path, "has no type.");
        }

        if (details is null)
        {
            mistakes.Add(path, "is null.");
            return;
        }

        CheckAll($"{path}:Within", details.Within, isDenial: false, mistakes);
        for (var i = 0; i < details.Within.Count; i++)
        {
            if (details.Within[i] is { } rule && rule.Statements.Any(static word =>
                word is not null && StatementPermissionNames.TryParse(word, out var permission) && (permission & StatementPermissions.Dangerous) != 0))
            {
                mistakes.Add($"{path}:Within:{i}:Statements", "gives a dangerous permission; tokens cannot ask for these.");
            }
        }

        foreach (var (action, words) in details.Actions)
        {
            var permissions = ReadWords($"{path}:Actions:{action}", words ?? [], mistakes);
            if (words is not { Count: > 0 } || (permissions & StatementPermissions.Dangerous) != 0)
            {
                mistakes.Add($"{path}:Actions:{action}", "must be one or more statements that are not dangerous.");
            }
        }

        for (var i = 0; i < details.Locations.Count; i++)
        {
            mistakes.CheckPresent($"{path}:Locations:{i}", details.Locations[i], "it is compared with the token's, character by character");
        }
    }

    private static void CheckAll(string path, IList<StatementRule> rules, bool isDenial, OptionMistakes mistakes)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] is { } rule)
            {
                Check($"{path}:{i}", rule, isDenial, mistakes);
            }
            else
            {
                mistakes.Add($"{path}:{i}", "is null.");
            }
        }
    }

    private static void Check(string path, StatementRule rule, bool isDenial, OptionMistakes mistakes)
    {
        if (rule.Name is { } name && (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl)))
        {
            mistakes.Add($"{path}:Name", $"must be 1 to {MaxNameLength} characters without control characters.");
        }

        var permissions = ReadWords($"{path}:Statements", rule.Statements, mistakes);
        CheckNames($"{path}:Relations", rule.Relations, mistakes, static text => PolicyNames.ReadObject(text, out _));
        CheckNames($"{path}:Columns", rule.Columns, mistakes, static text => PolicyNames.ReadColumn(text, out _));
        CheckNames($"{path}:ExceptColumns", rule.ExceptColumns, mistakes, static text => PolicyNames.ReadColumn(text, out _));
        CheckNames($"{path}:Functions", rule.Functions, mistakes, text => CheckFunction(text, isDenial));
        CheckNames($"{path}:Settings", rule.Settings, mistakes, text => CheckSetting(text, isDenial));
        if (rule.Statements.Count + rule.Relations.Count + rule.Functions.Count + rule.Settings.Count == 0)
        {
            mistakes.Add(path, "says nothing; name statements, relations, functions or settings.");
            return;
        }

        if (isDenial)
        {
            CheckDenial(path, rule, permissions, mistakes);
        }
        else
        {
            CheckAllowance(path, rule, permissions, mistakes);
        }

        CheckColumns(path, rule, permissions, isDenial, mistakes);
    }

    private static void CheckAllowance(string path, StatementRule rule, StatementPermissions permissions, OptionMistakes mistakes)
    {
        var onRelations = permissions & StatementPermissions.Everything & ~StatementPermissions.Call;
        if (onRelations != 0 && rule.Relations.Count == 0)
        {
            mistakes.Add($"{path}:Relations", "is empty, so the statements have nothing to work on; write *.* for all.");
        }

        if (rule.Relations.Count > 0 && onRelations == 0)
        {
            mistakes.Add($"{path}:Statements", "is empty for the relations; name what may be done to them.");
        }

        if (rule.Functions.Count == 0 && (permissions & StatementPermissions.Call) != 0 && (permissions & StatementPermissions.Everything) != StatementPermissions.Everything)
        {
            mistakes.Add($"{path}:Functions", "is empty, so there is nothing to call; name the procedures.");
        }
    }

    private static void CheckDenial(string path, StatementRule rule, StatementPermissions permissions, OptionMistakes mistakes)
    {
        if (rule.Relations.Count == 0 && rule.Columns.Count + rule.ExceptColumns.Count > 0)
        {
            mistakes.Add($"{path}:Relations", "is empty; name the relations that the columns are of.");
        }

        if (rule.Functions.Count > 0 && rule.Relations.Count == 0 && (permissions & ~StatementPermissions.Call) != 0)
        {
            mistakes.Add($"{path}:Statements", "does not fit functions; leave it empty, or write two rules.");
        }

        if (rule.Settings.Count > 0 && rule.Relations.Count == 0 && permissions != 0)
        {
            mistakes.Add($"{path}:Statements", "does not fit settings; leave it empty, or write two rules.");
        }
    }

    private static void CheckColumns(string path, StatementRule rule, StatementPermissions permissions, bool isDenial, OptionMistakes mistakes)
    {
        if (rule.Columns.Count + rule.ExceptColumns.Count == 0)
        {
            return;
        }

        if (rule.Columns.Count > 0 && rule.ExceptColumns.Count > 0)
        {
            mistakes.Add($"{path}:ExceptColumns", "cannot stand beside Columns.");
        }

        if (!isDenial && rule.Relations.Count == 0)
        {
            mistakes.Add($"{path}:Columns", "needs relations.");
        }

        if ((permissions & ~ByColumn) != 0)
        {
            mistakes.Add(
                $"{path}:Columns",
                $"goes with select, insert, update and copy only; {StatementPermissionNames.Of(permissions & ~ByColumn)} needs a rule of its own.");
        }
    }

    private static StatementPermissions ReadWords(string path, IList<string> words, OptionMistakes mistakes)
    {
        var all = StatementPermissions.None;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is { } word && StatementPermissionNames.TryParse(word, out var permission))
            {
                all |= permission;
            }
            else
            {
                mistakes.Add($"{path}:{i}", $"must be * or one of {string.Join(", ", StatementPermissionNames.All)}.");
            }
        }

        return all;
    }

    private static void CheckNames(string path, IList<string> names, OptionMistakes mistakes, Func<string, string?> check)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] is not { } name)
            {
                mistakes.Add($"{path}:{i}", "is null.");
            }
            else if (check(name) is { } mistake)
            {
                mistakes.Add($"{path}:{i}", $"\"{name}\" {mistake}");
            }
        }
    }

    private static string? CheckFunction(string text, bool isDenial)
    {
        if (PolicyNames.ReadObject(text, out var pattern) is { } mistake)
        {
            return mistake;
        }

        return !isDenial && !pattern.Name.IsExact && pattern.Schema.IsExact && ObjectPattern.IsServerSchema(pattern.Schema.Text)
            ? "is a pattern for functions of the server, some of which execute text, read files or sleep; name them one by one, or give DangerousFunctions."
            : null;
    }

    private static string? CheckSetting(string text, bool isDenial)
    {
        if (PolicyNames.ReadSetting(text, out var pattern) is { } mistake)
        {
            return mistake;
        }

        return !isDenial && pattern.IsExact && SettingRules.IsNeverSet(pattern.Text)
            ? "can never be set: it decides who the session is or how its statements are read."
            : null;
    }
}
