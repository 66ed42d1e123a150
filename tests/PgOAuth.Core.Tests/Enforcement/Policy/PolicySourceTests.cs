using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class PolicySourceTests
{
    /// <summary>Each makes another policy.</summary>
    private static readonly Action<StatementPolicyOptions>[] _changes =
    [
        static policy => policy.AddScope("b", static scope => scope.Select("a.a")),
        static policy => policy.Scopes["a"].Allow[0].Statements.Add("insert"),
        static policy => policy.Scopes["a"].Allow[0].Relations.Add("s.u"),
        static policy => policy.Scopes["a"].Allow[0].Columns.Add("c"),
        static policy => policy.Scopes["a"].Allow[0].ExceptColumns.Add("c"),
        static policy => policy.Scopes["a"].Allow[0].Functions.Add("s.f"),
        static policy => policy.Scopes["a"].Allow[0].Settings.Add("x"),
        static policy => policy.Scopes["a"].Allow[0].Name = "other",
        static policy => policy.Scopes["a"].Allow.Add(new StatementRule()),
        static policy => policy.Scopes["a"].Deny.Add(new StatementRule { Relations = { "s.t" } }),
        static policy => policy.Deny.Add(new StatementRule { Relations = { "s.t" } }),
        static policy => policy.Defaults.Allow.Add(new StatementRule { Relations = { "s.t" } }),
        static policy => policy.Defaults.SessionCommands = false,
        static policy => policy.Defaults.HarmlessFunctions = false,
        static policy => policy.Defaults.Metadata = false,
        static policy => policy.Defaults.HarmlessSettings = false,
        static policy => policy.AuthorizationDetails["t"] = new AuthorizationDetailRules(),
        static policy => policy.AuthorizationDetails["t"] = new AuthorizationDetailRules { Locations = { "here" } },
        static policy => policy.AuthorizationDetails["t"] = new AuthorizationDetailRules { Actions = { ["read"] = ["select"] } },
        static policy => policy.AuthorizationDetails["t"] = new AuthorizationDetailRules { Within = { new StatementRule { Relations = { "s.t" } } } },
    ];

    [Fact]
    public void EveryChange_GivesAnotherText()
    {
        var texts = _changes.Select(static change =>
        {
            var policy = New();
            change(policy);
            return PolicySource.Of(policy);
        }).Append(PolicySource.Of(New())).ToList();

        Assert.Equal(_changes.Length + 1, texts.Distinct().Count());
    }

    [Fact]
    public void EqualPolicies_InAnotherOrderOfScopes_GiveTheSameText()
    {
        var one = new StatementPolicyOptions().AddScope("a", static scope => scope.Select("s.t")).AddScope("b", static scope => scope.Select("s.u"));
        var other = new StatementPolicyOptions().AddScope("b", static scope => scope.Select("s.u")).AddScope("a", static scope => scope.Select("s.t"));

        Assert.Equal(PolicySource.Of(one), PolicySource.Of(other));
    }

    [Fact]
    public void WordsThatHoldSpacesLinesAndNumbers_AreNotTakenForOthers()
    {
        string[][] lists = [["a", "b"], ["a b"], ["a 1:b"], ["a\nallow"], ["a", "", "b"], ["ab"], ["a", "b "]];
        var texts = lists.Select(static list =>
        {
            var rule = new StatementRule();
            foreach (var word in list)
            {
                rule.Relations.Add(word);
            }

            return PolicySource.Of(new StatementPolicyOptions { Deny = { rule } });
        });

        Assert.Equal(lists.Length, texts.Distinct().Count());
    }

    private static StatementPolicyOptions New() => new StatementPolicyOptions().AddScope("a", static scope => scope.Select("s.t"));
}
