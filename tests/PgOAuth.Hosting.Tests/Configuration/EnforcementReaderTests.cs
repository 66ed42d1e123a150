using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;

namespace PgOAuth.Configuration;

/// <summary>The policy in a configuration, which splits names at colons, says what the same policy in a file says.</summary>
public sealed class EnforcementReaderTests
{
    private const string Policy =
        """
        {
          "Scopes": {
            "orders": { "Allow": [ { "Statements": [ "select" ], "Relations": [ "sales.orders" ], "ExceptColumns": [ "card" ] } ] },
            "orders:write": {
              "Allow": [
                { "Name": "new orders", "Statements": [ "insert", "update" ], "Relations": [ "sales.orders", "sales.items" ] },
                { "Functions": [ "sales.price_of" ], "Settings": [ "app.*" ] }
              ],
              "Deny": [ { "Relations": [ "sales.audit" ] } ]
            },
            "https://example.com/db.admin": { "Allow": [ { "Statements": [ "*", "DangerousCode" ], "Relations": [ "*.*" ] } ] }
          },
          "Defaults": { "Metadata": false, "Allow": [ { "Statements": [ "select" ], "Relations": [ "app.countries" ], "Columns": [ "id", "name" ] } ] },
          "Deny": [ { "Statements": [ "truncate" ] } ],
          "AuthorizationDetails": {
            "urn:example:table": {
              "Locations": [ "postgres://sales" ],
              "Actions": { "read": [ "select" ], "table:change": [ "insert", "update" ] },
              "Within": [ { "Statements": [ "select", "insert", "update" ], "Relations": [ "sales.*" ] } ]
            }
          }
        }
        """;

    [Fact]
    public void Policy_InAConfiguration_IsThePolicyOfTheFile()
    {
        var options = new PgOAuthProxyOptions();

        Assert.Empty(Read($$"""{ "Policy": {{Policy}} }""", options));
        Assert.Empty(PolicyFileReader.Read(System.Text.Encoding.UTF8.GetBytes(Policy), out var expected));
        Assert.Equivalent(expected, options.Enforcement.Policy, strict: true);
        Assert.Equal(["https://example.com/db.admin", "orders", "orders:write"], options.Enforcement.Policy.Scopes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["read", "table:change"], options.Enforcement.Policy.AuthorizationDetails["urn:example:table"].Actions.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(PolicyValidator.Validate(options.Enforcement.Policy));
        Assert.Equal(GateMode.Enforce, options.Enforcement.Mode);
    }

    [Fact]
    public void Policy_IsAddedToThatOfTheCode()
    {
        var options = new PgOAuthProxyOptions();
        options.Enforcement.Policy.AddScope("orders", static s => s.Insert("sales.orders"));

        Assert.Empty(Read($$"""{ "Mode": "Observe", "Policy": {{Policy}} }""", options));
        Assert.Equal(2, options.Enforcement.Policy.Scopes["orders"].Allow.Count);
        Assert.Equal(GateMode.Observe, options.Enforcement.Mode);
    }

    [Theory]
    [InlineData("""{ "SearchPath": [ "sales", "public" ] }""", "sales, public")]
    [InlineData("""{ "SearchPath": [ "public" ] }""", "public")]
    [InlineData("""{ "Mode": "Off" }""", "public")]
    public void SearchPath_ReplacesTheDefault(string enforcement, string expected)
    {
        var options = new PgOAuthProxyOptions();

        Assert.Empty(Read(enforcement, options));
        Assert.Equal(expected, string.Join(", ", options.Enforcement.SearchPath));
    }

    [Fact]
    public void EveryMistake_IsNamedWithItsPath()
    {
        const string Json =
            """
            {
              "Mode": "On",
              "SearchPath": [],
              "Policies": {},
              "Policy": {
                "Scopes": {
                  "orders:read": { "Alow": [ { "Statements": [ "select" ] } ] },
                  "orders:write": { "Allow": [ { "Statement": [ "select" ], "Columns": [] } ], "Denny": [] },
                  "orders:none": {},
                  "orders:one": "select"
                },
                "Defaults": { "Metadata": "some", "Deny": [] },
                "Deny": { "first": {} },
                "AuthorizationDetails": { "db": { "Actions": { "read": "select" }, "Inside": [ {} ] } },
                "Allow": []
              },
              "CatalogKeepFor": 5
            }
            """;

        var mistakes = Read(Json, new PgOAuthProxyOptions());

        Assert.Equal(
            [
                "Enforcement:Mode: one of Off, Observe, Enforce is needed.",
                "Enforcement:SearchPath: is empty; leave it out.",
                "Enforcement:Policy:Scopes:orders:none: there is no such setting, or nothing in it; here are Allow, Deny.",
                "Enforcement:Policy:Scopes:orders:one: there is no such setting, or nothing in it; here are Allow, Deny.",
                "Enforcement:Policy:Scopes:orders:read:Alow:0:Statements:0: there is no such setting, or nothing in it; here are Allow, Deny.",
                "Enforcement:Policy:Scopes:orders:write:Allow:0:Columns: is empty; leave it out.",
                "Enforcement:Policy:Scopes:orders:write:Allow:0:Statement: there is no such setting; here are Name, Statements, Relations, Columns, ExceptColumns, Functions, Settings.",
                "Enforcement:Policy:Scopes:orders:write:Denny: there is no such setting, or nothing in it; here are Allow, Deny.",
                "Enforcement:Policy:Defaults:Metadata: true or false is needed.",
                "Enforcement:Policy:Defaults:Deny: there is no such setting; here are SessionCommands, HarmlessFunctions, Metadata, HarmlessSettings, Allow.",
                "Enforcement:Policy:Deny:first: a list is needed here, not an object.",
                "Enforcement:Policy:AuthorizationDetails:db:Actions:read: a list is needed, even for one value: [ \"…\" ].",
                "Enforcement:Policy:AuthorizationDetails:db:Inside:0: there is no such setting, or nothing in it; here are Locations, Actions, Within.",
                "Enforcement:Policy:Allow: there is no such setting; here are Scopes, Defaults, Deny, AuthorizationDetails.",
                "Enforcement:CatalogKeepFor: a time is needed, as hours:minutes:seconds, such as 00:00:30.",
                "Enforcement:Policies: there is no such setting; here are Mode, SearchPath, Policy, PolicyFile, CatalogRefreshInterval, CatalogKeepFor, CatalogReadTimeout.",
            ],
            mistakes);
    }

    private static IReadOnlyList<string> Read(string enforcement, PgOAuthProxyOptions options) =>
        ProxyOptionsReader.Read(ProxyOptionsReaderTests.FromJson($$"""{ "PgOAuth": { "Enforcement": {{enforcement}} } }"""), options);
}
