using PgOAuth.Options;

namespace PgOAuth.Configuration;

/// <summary>Reads <c>"Enforcement": { … }</c>, the policy in it included.</summary>
internal static class EnforcementReader
{
    private static readonly string[] OfScope = [nameof(ScopeRules.Allow), nameof(ScopeRules.Deny)];

    private static readonly string[] OfDetails =
        [nameof(AuthorizationDetailRules.Locations), nameof(AuthorizationDetailRules.Actions), nameof(AuthorizationDetailRules.Within)];

    internal static void Read(SectionReader reader, EnforcementOptions options)
    {
        reader.Choice<GateMode>(nameof(options.Mode), value => options.Mode = value);
        var schemas = new List<string>();
        reader.FilledTexts(nameof(options.SearchPath), schemas);
        if (schemas.Count > 0 && options.SearchPath is [EnforcementOptions.DefaultSchema])
        {
            // The default is no part of a path that somebody wrote.
            options.SearchPath.Clear();
        }

        foreach (var schema in schemas)
        {
            options.SearchPath.Add(schema);
        }

        reader.Object(nameof(options.Policy), policy => Read(policy, options.Policy));
        reader.Text(nameof(options.PolicyFile), value => options.PolicyFile = value);
        reader.Duration(nameof(options.CatalogRefreshInterval), value => options.CatalogRefreshInterval = value);
        reader.Duration(nameof(options.CatalogKeepFor), value => options.CatalogKeepFor = value);
        reader.Duration(nameof(options.CatalogReadTimeout), value => options.CatalogReadTimeout = value);
    }

    private static void Read(SectionReader reader, StatementPolicyOptions options)
    {
        reader.ScopedEntries(nameof(options.Scopes), OfScope, (scope, item) =>
        {
            if (!options.Scopes.TryGetValue(scope, out var rules))
            {
                options.Scopes.Add(scope, rules = new ScopeRules());
            }

            Read(item, nameof(rules.Allow), rules.Allow);
            Read(item, nameof(rules.Deny), rules.Deny);
        });
        reader.Object(nameof(options.Defaults), item => Read(item, options.Defaults));
        Read(reader, nameof(options.Deny), options.Deny);
        reader.ScopedEntries(nameof(options.AuthorizationDetails), OfDetails, (type, item) =>
        {
            if (!options.AuthorizationDetails.TryGetValue(type, out var rules))
            {
                options.AuthorizationDetails.Add(type, rules = new AuthorizationDetailRules());
            }

            Read(item, rules);
        });
    }

    private static void Read(SectionReader reader, PolicyDefaults options)
    {
        reader.Flag(nameof(options.SessionCommands), value => options.SessionCommands = value);
        reader.Flag(nameof(options.HarmlessFunctions), value => options.HarmlessFunctions = value);
        reader.Flag(nameof(options.Metadata), value => options.Metadata = value);
        reader.Flag(nameof(options.HarmlessSettings), value => options.HarmlessSettings = value);
        Read(reader, nameof(options.Allow), options.Allow);
    }

    private static void Read(SectionReader reader, AuthorizationDetailRules options)
    {
        reader.Texts(nameof(options.Locations), options.Locations);
        reader.ScopedTexts(nameof(options.Actions), action =>
        {
            if (!options.Actions.TryGetValue(action, out var words))
            {
                options.Actions.Add(action, words = []);
            }

            return words;
        });
        Read(reader, nameof(options.Within), options.Within);
    }

    private static void Read(SectionReader reader, string key, IList<StatementRule> rules) => reader.Objects(key, item =>
    {
        var rule = new StatementRule();
        rules.Add(rule);
        item.Text(nameof(rule.Name), value => rule.Name = value);
        item.FilledTexts(nameof(rule.Statements), rule.Statements);
        item.FilledTexts(nameof(rule.Relations), rule.Relations);
        item.FilledTexts(nameof(rule.Columns), rule.Columns);
        item.FilledTexts(nameof(rule.ExceptColumns), rule.ExceptColumns);
        item.FilledTexts(nameof(rule.Functions), rule.Functions);
        item.FilledTexts(nameof(rule.Settings), rule.Settings);
    });
}
