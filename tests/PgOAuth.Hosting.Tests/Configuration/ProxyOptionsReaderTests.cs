using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using PgOAuth.Options;

namespace PgOAuth.Configuration;

public sealed class ProxyOptionsReaderTests
{
    [Fact]
    public void EveryOption_IsReadFromConfiguration()
    {
        var settings = new Dictionary<string, string?>();
        var expected = new Dictionary<string, object>();
        foreach (var leaf in OptionLeaf.All)
        {
            var value = ValueOf(leaf, settings.Count);
            expected.Add(leaf.Path, value);
            settings.Add("PgOAuth:" + leaf.Key, Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        var options = new PgOAuthProxyOptions();
        Assert.Empty(ProxyOptionsReader.Read(Section(settings), options));
        Assert.All(OptionLeaf.All, leaf => Assert.Equal(expected[leaf.Path], leaf.Get(options)));
        Assert.True(OptionLeaf.All.Count > 150);
    }

    [Fact]
    public void Keys_AreReadInAnyCase_AsEverywhereInDotNet()
    {
        var options = new PgOAuthProxyOptions();

        Assert.Empty(ProxyOptionsReader.Read(Section(new() { ["pgoauth:limits:MAXCONNECTIONS"] = "7", ["PGOAUTH:upstream:mode"] = "login" }), options));
        Assert.Equal(7, options.Limits.MaxConnections);
        Assert.Equal(UpstreamMode.Login, options.Upstream.Mode);
    }

    [Fact]
    public void ListsAndEntries_AreAddedToWhatIsThere()
    {
        var options = new PgOAuthProxyOptions();
        options.Authorization.RequiredScopes.Add("first");
        options.Upstream.Servers.Add("main", new UpstreamServerOptions { Host = "db", Port = 1 });

        Assert.Empty(ProxyOptionsReader.Read(Section(new() { ["PgOAuth:Authorization:RequiredScopes:0"] = "second", ["PgOAuth:Upstream:Servers:main:Port"] = "2" }), options));
        Assert.Equal(["first", "second"], options.Authorization.RequiredScopes);
        Assert.Equal("db", options.Upstream.Servers["main"].Host);
        Assert.Equal(2, options.Upstream.Servers["main"].Port);
    }

    [Fact]
    public void NullAndEmptyLists_LeaveTheDefault()
    {
        const string Json =
            """{ "PgOAuth": { "Limits": { "LoginTimeout": null, "MaxConnections": null }, "Authorization": { "RequiredScopes": [], "RoleMap": null }, "Upstream": { "Servers": {}, "Mode": null } } }""";
        var options = new PgOAuthProxyOptions();

        Assert.Empty(ProxyOptionsReader.Read(FromJson(Json), options));
        Assert.Equal(TimeSpan.FromMinutes(1), options.Limits.LoginTimeout);
        Assert.Empty(options.Authorization.RequiredScopes);
    }

    [Fact]
    public void EveryMistake_IsNamedWithItsPath_AndNoneWithItsValue()
    {
        const string Json =
            """
            {
              "PgOAuth": {
                "Endpoint": [],
                "Endpoints": { "first": { "Address": "localhost:6432" } },
                "Limits": { "MaxConnections": "canary", "LoginTimeout": 60, "DrainTimeout": "canary", "CancelTimeout": [ 1 ] },
                "Authentication": { "Issuers": [ "canary", { "Audiences": "canary", "AllowPrivateNetwork": "canary", "Password": "canary" } ] },
                "Authorization": { "RequiredScope": [ "canary" ], "RequiredScopes": [ { "Scope": "canary" } ], "UserMatching": "1" },
                "Upstream": { "Servers": "canary", "Mode": "AssumeRole, Login" },
                "Auditing": "canary"
              }
            }
            """;

        var mistakes = ProxyOptionsReader.Read(FromJson(Json), new PgOAuthProxyOptions());

        Assert.Equal(
            [
                "Endpoints:first: a list is needed here, not an object.",
                "Limits:MaxConnections: a whole number is needed.",
                "Limits:LoginTimeout: a time is needed, as hours:minutes:seconds, such as 00:00:30.",
                "Limits:CancelTimeout: a single value is needed, not a list or an object.",
                "Limits:DrainTimeout: a time is needed, as hours:minutes:seconds, such as 00:00:30.",
                "Authentication:Issuers:0: an object with settings is needed, not a single value.",
                "Authentication:Issuers:1:Audiences: a list is needed, even for one value: [ \"…\" ].",
                "Authentication:Issuers:1:AllowPrivateNetwork: true or false is needed.",
                "Authentication:Issuers:1:Password: there is no such setting; here are Issuer, Audiences, MetadataAddress, JwksUri, Algorithms, AllowedClients, AllowPlainJwtType, SubjectClaim, ClockSkew, MaxTokenLifetime, KeyRefreshInterval, KeyRefreshMinimumInterval, LastKnownGoodLifetime, AllowedKeyHosts, DangerousAllowHttpOnLoopback, AllowPrivateNetwork.",
                "Authorization:UserMatching: one of Role, RoleOrOnlyRole is needed.",
                "Authorization:RequiredScopes:0: a single value is needed.",
                "Authorization:RequiredScope: there is no such setting; here are RoleMap, AllowedRoles, UserMatching, RequiredScopes, ConnectionRules.",
                "Upstream:Mode: one of AssumeRole, Login is needed.",
                "Upstream:Servers: an object is needed, with a name for each entry.",
                "Auditing: an object with settings is needed, not a single value.",
                "Endpoint: there is no such setting; here are Endpoints, Limits, Authentication, Authorization, Upstream, Pool, Transport, Enforcement, Auditing, Admin.",
            ],
            mistakes);
        Assert.DoesNotContain(mistakes, static mistake => mistake.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public void MissingSection_IsAMistake()
    {
        Assert.Equal(["the configuration has no section PgOAuth."], ProxyOptionsReader.Read(Section([]), new PgOAuthProxyOptions()));
    }

    internal static IConfigurationSection FromJson(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("PgOAuth");

    private static IConfigurationSection Section(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("PgOAuth");

    // Different for each option, and never its default.
    private static object ValueOf(OptionLeaf leaf, int number) => leaf.Type switch
    {
        _ when leaf.Type == typeof(string) => $"text {number}",
        _ when leaf.Type == typeof(int) => 1_000_000 + number,
        _ when leaf.Type == typeof(TimeSpan) => TimeSpan.FromSeconds(100_000 + number),
        _ when leaf.Type == typeof(bool) => !Default(leaf),
        { IsEnum: true } => Enum.GetValues(leaf.Type).Cast<object>().Last(),
        _ => throw new NotSupportedException($"{leaf.Path} is of a type that no configuration holds: {leaf.Type}"),
    };

    private static bool Default(OptionLeaf leaf)
    {
        var options = new PgOAuthProxyOptions();
        options.Endpoints.Add(new EndpointOptions());
        options.Authentication.Issuers.Add(new IssuerOptions());
        options.Upstream.Servers.Add("main", new UpstreamServerOptions());
        return leaf.Get(options) is true;
    }
}
