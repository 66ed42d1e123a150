using System.Text.Json;
using PgOAuth.Options;

namespace PgOAuth.Enforcement.Policy;

/// <summary>From elements of JSON to the options of a policy, with every mistake (stage 7).</summary>
internal sealed class PolicyElementReader(List<string> mistakes)
{
    private delegate bool Member(string name, string path, JsonElement value);

    internal void Read(JsonElement root, StatementPolicyOptions options) => ReadObject("", root, (name, path, value) =>
    {
        switch (name)
        {
            case "scopes":
                ReadMap(path, value, (scope, at, item) => options.Scopes[scope] = ReadScope(at, item));
                return true;
            case "defaults":
                ReadDefaults(path, value, options.Defaults);
                return true;
            case "deny":
                ReadRules(path, value, options.Deny);
                return true;
            case "authorizationdetails":
                ReadMap(path, value, (type, at, item) => options.AuthorizationDetails[type] = ReadDetails(at, item));
                return true;
            default:
                return name == "$schema";
        }
    });

    private ScopeRules ReadScope(string path, JsonElement element)
    {
        var scope = new ScopeRules();
        ReadObject(path, element, (name, at, value) =>
        {
            var list = name switch { "allow" => scope.Allow, "deny" => scope.Deny, _ => null };
            if (list is not null)
            {
                ReadRules(at, value, list);
            }

            return list is not null;
        });
        return scope;
    }

    private void ReadDefaults(string path, JsonElement element, PolicyDefaults defaults) => ReadObject(path, element, (name, at, value) =>
    {
        switch (name)
        {
            case "sessioncommands":
                defaults.SessionCommands = ReadBoolean(at, value);
                return true;
            case "harmlessfunctions":
                defaults.HarmlessFunctions = ReadBoolean(at, value);
                return true;
            case "metadata":
                defaults.Metadata = ReadBoolean(at, value);
                return true;
            case "harmlesssettings":
                defaults.HarmlessSettings = ReadBoolean(at, value);
                return true;
            case "allow":
                ReadRules(at, value, defaults.Allow);
                return true;
            default:
                return false;
        }
    });

    private AuthorizationDetailRules ReadDetails(string path, JsonElement element)
    {
        var details = new AuthorizationDetailRules();
        ReadObject(path, element, (name, at, value) =>
        {
            switch (name)
            {
                case "locations":
                    ReadStrings(at, value, details.Locations);
                    return true;
                case "actions":
                    ReadMap(at, value, (action, inner, item) =>
                    {
                        var words = new List<string>();
                        ReadStrings(inner, item, words);
                        details.Actions[action] = words;
                    });
                    return true;
                case "within":
                    ReadRules(at, value, details.Within);
                    return true;
                default:
                    return false;
            }
        });
        return details;
    }

    private void ReadRules(string path, JsonElement element, IList<StatementRule> rules)
    {
        if (element.ValueKind is not JsonValueKind.Array)
        {
            mistakes.Add($"{path}: must be a list of rules.");
            return;
        }

        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            rules.Add(ReadRule($"{path}:{index++}", item));
        }
    }

    private StatementRule ReadRule(string path, JsonElement element)
    {
        var rule = new StatementRule();
        ReadObject(path, element, (name, at, value) =>
        {
            var list = name switch
            {
                "statements" => rule.Statements,
                "relations" => rule.Relations,
                "columns" => rule.Columns,
                "exceptcolumns" => rule.ExceptColumns,
                "functions" => rule.Functions,
                "settings" => rule.Settings,
                _ => null,
            };
            if (list is not null)
            {
                ReadStrings(at, value, list);
                if (list.Count == 0 && value.ValueKind is JsonValueKind.Array)
                {
                    // "columns": [] reads like none, and would mean all.
                    mistakes.Add($"{at}: is empty; leave it out.");
                }

                return true;
            }

            if (name != "name")
            {
                return false;
            }

            rule.Name = value.ValueKind is JsonValueKind.String ? value.GetString() : "";
            return true;
        });
        return rule;
    }

    private bool ReadBoolean(string path, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            mistakes.Add($"{path}: must be true or false.");
        }

        return value.ValueKind is JsonValueKind.True;
    }

    private void ReadStrings(string path, JsonElement element, IList<string> target)
    {
        if (element.ValueKind is not JsonValueKind.Array)
        {
            mistakes.Add($"{path}: must be a list of strings.");
            return;
        }

        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.String && ReadText(item) is { } text)
            {
                target.Add(text);
            }
            else
            {
                mistakes.Add($"{path}:{index}: must be a string.");
                target.Add("*invalid*");
            }

            index++;
        }
    }

    // Keys are the user's: scopes, types, actions.
    private void ReadMap(string path, JsonElement element, Action<string, string, JsonElement> add)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            mistakes.Add($"{path}: must be an object.");
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var at = $"{path}:{property.Name}";
            if (seen.Add(property.Name))
            {
                add(property.Name, at, property.Value);
            }
            else
            {
                mistakes.Add($"{at}: stands twice.");
            }
        }
    }

    private void ReadObject(string path, JsonElement element, Member read)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            mistakes.Add($"{(path.Length == 0 ? "the policy" : path)}: must be an object.");
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var name = property.Name.ToLowerInvariant();
            var at = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            if (!seen.Add(name))
            {
                mistakes.Add($"{at}: stands twice.");
            }
            else if (!read(name, at, property.Value))
            {
                mistakes.Add($"{at}: is not known.");
            }
        }
    }

    // A lone surrogate is no text.
    private static string? ReadText(JsonElement item)
    {
        try
        {
            return item.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
