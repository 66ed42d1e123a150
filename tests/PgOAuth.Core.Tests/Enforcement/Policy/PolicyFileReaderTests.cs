using System.Text;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class PolicyFileReaderTests
{
    private const string Whole = """
        {
          // comments are for people
          "$schema": "x",
          "scopes": {
            "orders:read": {
              "allow": [
                { "name": "orders", "statements": ["select"], "relations": ["sales.orders"], "exceptColumns": ["secret"] },
                { "functions": ["app.*"] },
              ],
              "deny": [ { "statements": ["DELETE"], "relations": ["*.*"] } ]
            }
          },
          "Defaults": { "metadata": false, "sessionCommands": true, "harmlessFunctions": true, "harmlessSettings": false,
            "allow": [ { "settings": ["myapp.*"] } ] },
          "deny": [ { "relations": ["hr.*"] } ],
          "authorizationDetails": { "db": { "locations": ["here"], "actions": { "read": ["select"] },
            "within": [ { "statements": ["select"], "relations": ["sales.*"] } ] } }
        }
        """;

    [Fact]
    public void AWholePolicy_IsRead()
    {
        Assert.Empty(Read(Whole, out var options));
        var rules = options.Scopes["orders:read"];
        Assert.Equal("orders", rules.Allow[0].Name);
        Assert.Equal(["secret"], rules.Allow[0].ExceptColumns);
        Assert.Equal(["app.*"], rules.Allow[1].Functions);
        Assert.Equal(["DELETE"], rules.Deny[0].Statements);
        Assert.False(options.Defaults.Metadata);
        Assert.False(options.Defaults.HarmlessSettings);
        Assert.Equal(["myapp.*"], options.Defaults.Allow[0].Settings);
        Assert.Equal(["hr.*"], options.Deny[0].Relations);
        Assert.Equal(["select"], options.AuthorizationDetails["db"].Actions["read"]);
        Assert.NotNull(PolicyCompiler.Compile(options, new PolicyCatalog()));
    }

    [Fact]
    public void ByteOrderMark_IsPassedOver() => Assert.Empty(Read("\uFEFF" + Whole, out _));

    [Theory]
    [InlineData("[]", "the policy: must be an object.")]
    [InlineData("{", "line 1, byte 2: is not JSON.")]
    [InlineData("""{ "scope": {} }""", "scope: is not known.")]
    [InlineData("""{ "scopes": { "a": { "alow": [] } } }""", "Scopes:a:alow: is not known.")]
    [InlineData("""{ "deny": [ { "relation": ["a.b"] } ] }""", "deny:0:relation: is not known.")]
    [InlineData("""{ "deny": [], "Deny": [] }""", "Deny: stands twice.")]
    [InlineData("""{ "scopes": { "a": {}, "a": {} } }""", "scopes:a: stands twice.")]
    [InlineData("""{ "defaults": { "metadata": "no" } }""", "defaults:metadata: must be true or false.")]
    [InlineData("""{ "deny": [ { "relations": "hr.*" } ] }""", "deny:0:relations: must be a list of strings.")]
    [InlineData("""{ "deny": [ { "relations": [1] } ] }""", "deny:0:relations:0: must be a string.")]
    [InlineData("""{ "deny": [ { "relations": ["\ud800"] } ] }""", "deny:0:relations:0: must be a string.")]
    [InlineData("""{ "deny": [ { "relations": ["hr.*"], "columns": [] } ] }""", "deny:0:columns: is empty; leave it out.")]
    [InlineData("""{ "deny": {} }""", "deny: must be a list of rules.")]
    public void AMistake_HasItsPath(string json, string expected) =>
        Assert.Contains(Read(json, out _), mistake => mistake.Equals(expected, StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void AllMistakes_AreTold()
    {
        var mistakes = Read(
            """
            { "scopes": { "a b": { "allow": [
              { "statements": ["selekt"], "relations": ["orders", "sales.orders"] },
              { "statements": ["select"] },
              { "relations": ["a.b"] },
              { "statements": ["delete"], "relations": ["a.b"], "columns": ["x"] },
              { "statements": ["select"], "relations": ["a.b"], "columns": ["x"], "exceptColumns": ["y"] },
              { "functions": ["pg_catalog.*"] },
              { "functions": ["pg_catalog.pg_*"] },
              { "settings": ["role", "search_path", "a b"] },
              {},
              { "statements": ["call"] },
              { "name": "", "statements": ["DangerousCode"] }
            ] } },
            "deny": [ {}, { "columns": ["x"] } ],
            "authorizationDetails": { "db": { "within": [ { "statements": ["DangerousCode"] } ], "actions": { "all": ["DangerousRoles"] } } } }
            """,
            out _);

        Assert.Equal(
            [
                "AuthorizationDetails:db:Actions:all", "AuthorizationDetails:db:Within:0:Statements", "Deny:0", "Deny:1", "Scopes:a b",
                "Scopes:a b:Allow:0:Relations:0", "Scopes:a b:Allow:0:Statements", "Scopes:a b:Allow:0:Statements:0", "Scopes:a b:Allow:10:Name",
                "Scopes:a b:Allow:1:Relations", "Scopes:a b:Allow:2:Statements", "Scopes:a b:Allow:3:Columns", "Scopes:a b:Allow:4:ExceptColumns",
                "Scopes:a b:Allow:5:Functions:0", "Scopes:a b:Allow:6:Functions:0", "Scopes:a b:Allow:7:Settings:0", "Scopes:a b:Allow:7:Settings:1",
                "Scopes:a b:Allow:7:Settings:2", "Scopes:a b:Allow:8", "Scopes:a b:Allow:9:Functions",
            ],
            mistakes.Select(static mistake => mistake[..mistake.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Compile_OfAPolicyWithMistakes_Throws()
    {
        var options = new StatementPolicyOptions().AddScope("s", static s => s.Select("orders"));

        Assert.Throws<ArgumentException>(() => PolicyCompiler.Compile(options, new PolicyCatalog()));
    }

    private static List<string> Read(string json, out StatementPolicyOptions options) =>
        PolicyFileReader.Read(Encoding.UTF8.GetBytes(json), out options);
}
