using System.Text.Json;

namespace PgOAuth.Enforcement.Policy;

/// <summary>A policy, ready to grant (stage 7). Immutable; a change of the policy is another object with another version.</summary>
internal sealed class CompiledPolicy
{
    private readonly Dictionary<string, CompiledScope> _scopes;
    private readonly CompiledRule[] _everybody;
    private readonly CompiledRule[] _nobody;
    private readonly Dictionary<string, AuthorizationDetailCompiler> _details;

    internal CompiledPolicy(
        long version,
        Dictionary<string, CompiledScope> scopes,
        CompiledRule[] everybody,
        CompiledRule[] nobody,
        Dictionary<string, AuthorizationDetailCompiler> details,
        PolicyBaselineRules baseline,
        string source)
    {
        Source = source;
        Version = version;
        _scopes = scopes;
        Scopes = [.. scopes.Values.OrderBy(static scope => scope.Name, StringComparer.Ordinal)];
        _everybody = everybody;
        _nobody = nobody;
        _details = details;
        Baseline = baseline;
        Grants = new GrantCache(this);
    }

    /// <summary>Another one for each policy of this process: what was decided under another version is to be decided again.</summary>
    internal long Version { get; }

    /// <summary>The policy as it was written, in one form: equal for policies that say the same in the same words.</summary>
    internal string Source { get; }

    /// <summary>By name.</summary>
    internal CompiledScope[] Scopes { get; }

    internal PolicyBaselineRules Baseline { get; }

    internal GrantCache Grants { get; }

    /// <summary>Whether the scope gives anything here. Others a token may have for other services.</summary>
    internal bool Knows(string scope) => _scopes.ContainsKey(scope);

    /// <summary>Puts together what these scopes and objects give.</summary>
    /// <param name="scopes">Known ones, each once, in the order of their names.</param>
    /// <param name="details">The token's authorization_details, an array; null for none.</param>
    internal Grant Compile(string[] scopes, string? details)
    {
        var allow = new List<CompiledRule>();
        var deny = new List<CompiledRule>(_nobody);
        foreach (var name in scopes)
        {
            var scope = _scopes[name];
            allow.AddRange(scope.Allow.Rules);
            deny.AddRange(scope.Deny.Rules);
        }

        var mistakes = new List<string>();
        if (details is not null)
        {
            allow.AddRange(CompileDetails(details, mistakes));
        }

        allow.AddRange(_everybody);
        return new Grant(this, scopes, new RuleSet(allow), new RuleSet(deny), [.. mistakes]);
    }

    private List<CompiledRule> CompileDetails(string text, List<string> mistakes)
    {
        var rules = new List<CompiledRule>();
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind is not JsonValueKind.Array)
            {
                mistakes.Add("authorization_details is not an array.");
                return rules;
            }

            var index = 0;
            foreach (var item in document.RootElement.EnumerateArray())
            {
                if (item.ValueKind is JsonValueKind.Object
                    && item.TryGetProperty("type", out var type)
                    && type.ValueKind is JsonValueKind.String
                    && _details.TryGetValue(type.GetString()!, out var compiler)
                    && compiler.Compile(item, index, mistakes) is { } rule)
                {
                    rules.Add(rule);
                }

                index++;
            }
        }
        catch (JsonException)
        {
            rules.Clear();
            mistakes.Add("authorization_details is not JSON.");
        }

        return rules;
    }
}
