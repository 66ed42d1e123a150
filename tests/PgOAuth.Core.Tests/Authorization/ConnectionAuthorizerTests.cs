using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Authentication;
using PgOAuth.Authorization;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Startup;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Authorization;

public sealed class ConnectionAuthorizerTests
{
    private readonly AuthorizationOptions _options = new();
    private readonly List<IRoleMapper> _mappers = [];
    private readonly List<IScopePolicy> _policies = [];
    private readonly LogRecorder _log = new();

    [Theory]
    [InlineData("analyst", "analyst")]
    [InlineData("engineer", "engineer")]
    [InlineData("Analyst", null)]
    [InlineData("analyst ", null)]
    [InlineData("admin", null)]
    [InlineData("postgres", null)]
    [InlineData("alice", null)]
    public async Task C26_RequestedUser_MustBeInTheMappedSet(string user, string? role)
    {
        Map("groups", "analysts", "analyst");
        Map("groups", "engineers", "engineer");
        Map("groups", "admins", "admin");

        var outcome = await AuthorizeAsync("""{"groups":["analysts","engineers"]}""", user);

        Assert.Equal(role, outcome.Role);
        Assert.Equal(role is null ? SessionEndReason.RoleNotGranted : null, outcome.Failure?.Reason);
    }

    [Fact]
    public async Task C26_DelegatedMatching_TakesTheOnlyRole_AndNeverOneOfSeveral()
    {
        _options.UserMatching = UserMatching.RoleOrOnlyRole;
        Map("groups", "analysts", "analyst");
        Map("groups", "engineers", "engineer");

        Assert.Equal("analyst", (await AuthorizeAsync("""{"groups":"analysts"}""", "alice")).Role);
        Assert.Equal("engineer", (await AuthorizeAsync("""{"groups":["analysts","engineers"]}""", "engineer")).Role);
        Assert.Null((await AuthorizeAsync("""{"groups":["analysts","engineers"]}""", "alice")).Role);
        Assert.Null((await AuthorizeAsync("{}", "alice")).Role);
    }

    [Theory]
    [InlineData("""{"groups":"analysts"}""", true)]
    [InlineData("""{"groups":["x","analysts"]}""", true)]
    [InlineData("""{"groups":["x"]}""", false)]
    [InlineData("""{"Groups":["analysts"]}""", false)]
    [InlineData("""{"groups":"analysts2"}""", false)]
    [InlineData("""{"groups":"analysts engineers"}""", false)]
    [InlineData("""{"groups":{"analysts":true}}""", false)]
    [InlineData("""{"groups":[["analysts"]]}""", false)]
    [InlineData("""{"groups":["ANALYSTS"]}""", false)]
    [InlineData("""{"groups":["analysts\u200b"]}""", false)]
    [InlineData("""{"groups":["аnalysts"]}""", false)]
    [InlineData("""{"groups":null}""", false)]
    [InlineData("{}", false)]
    public async Task C19_ClaimsAreMatchedOrdinally(string claims, bool matches)
    {
        Map("groups", "analysts", "analyst");

        Assert.Equal(matches, (await AuthorizeAsync(claims, "analyst")).Role is not null);
    }

    [Fact]
    public async Task RoleMap_NestedClaimAndScope_Match()
    {
        Map("/realm_access/roles", "dba", "analyst");
        Map("scope", "db:write", "engineer");

        Assert.Equal("analyst", (await AuthorizeAsync("""{"realm_access":{"roles":["dba"]}}""", "analyst")).Role);
        Assert.Equal("engineer", (await AuthorizeAsync("{}", "engineer", "db:read", "db:write")).Role);
        Assert.Null((await AuthorizeAsync("{}", "engineer", "db:writer")).Role);
    }

    [Fact]
    public async Task C18_RuleForOneIssuer_IgnoresTokensOfAnother()
    {
        _options.RoleMap.Add(new RoleMapOptions { Claim = "sub", Value = "alice", Role = "analyst", Issuer = "https://other.example" });

        Assert.Null((await AuthorizeAsync("""{"sub":"alice"}""", "analyst")).Role);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("pg_read_all_data")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task C25_RoleThatCodeGives_IsStillCheckedAndTheRefusalIsLogged(string role)
    {
        _mappers.Add(new Mapper(_ => RoleMapping.To(role)));

        Assert.Null((await AuthorizeAsync("{}", role)).Role);
        Assert.Contains(_log.Lines, static line => line.EventId.Name == "MappedRoleRefused");
    }

    [Fact]
    public async Task C25_RoleOutsideTheAllowlist_IsNotGiven()
    {
        _options.AllowedRoles.Add("reader");
        Map("groups", "analysts", "analyst");
        _mappers.Add(new Mapper(_ => RoleMapping.To("reader", "writer")));

        Assert.Equal("reader", (await AuthorizeAsync("""{"groups":"analysts"}""", "reader")).Role);
        Assert.Equal("analyst", (await AuthorizeAsync("""{"groups":"analysts"}""", "analyst")).Role);
        Assert.Null((await AuthorizeAsync("""{"groups":"analysts"}""", "writer")).Role);
    }

    [Fact]
    public async Task Mapper_ThatThrows_Denies()
    {
        Map("groups", "analysts", "analyst");
        _mappers.Add(new Mapper(_ => throw new InvalidOperationException("secret detail")));

        var outcome = await AuthorizeAsync("""{"groups":"analysts"}""", "analyst");

        Assert.Null(outcome.Role);
        Assert.Equal(SessionEndReason.AuthorizationError, outcome.Failure!.Reason);
        Assert.DoesNotContain("secret", outcome.Failure.ClientMessage ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_ThatAnswersDefault_Denies()
    {
        Map("groups", "analysts", "analyst");
        _policies.Add(new Policy(_ => default));

        Assert.Equal(SessionEndReason.ScopeMissing, (await AuthorizeAsync("""{"groups":"analysts"}""", "analyst")).Failure!.Reason);
    }

    [Fact]
    public async Task Policies_MustAllAllow()
    {
        Map("groups", "analysts", "analyst");
        _options.RequiredScopes.Add("db:read");
        var asked = 0;
        _policies.Add(new Policy(_ => { asked++; return ScopeDecision.Allow; }));

        var denied = await AuthorizeAsync("""{"groups":"analysts"}""", "analyst");

        Assert.Null(denied.Role);
        Assert.Contains("\"db:read\"", denied.Failure!.Hint, StringComparison.Ordinal);
        Assert.Equal(0, asked);
        Assert.NotNull((await AuthorizeAsync("""{"groups":"analysts"}""", "analyst", "db:read")).Role);
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("db:orders", "orders", "analyst", true)]
    [InlineData("db:orders", "billing", "analyst", false)]
    [InlineData("db:orders", "orders", "engineer", false)]
    [InlineData("db:all", "billing", "engineer", true)]
    [InlineData("DB:orders", "orders", "analyst", false)]
    [InlineData("db:orders2", "orders", "analyst", false)]
    public async Task ConnectionRules_OpenDatabasesAsRoles(string scope, string database, string user, bool allowed)
    {
        Map("groups", "analysts", "analyst");
        Map("groups", "analysts", "engineer");
        _options.ConnectionRules.Add(new ConnectionRuleOptions { Scope = "db:orders", Databases = { "orders" }, Roles = { "analyst" } });
        _options.ConnectionRules.Add(new ConnectionRuleOptions { Scope = "db:all", Databases = { "*" } });

        var outcome = await AuthorizeAsync("""{"groups":"analysts"}""", user, database, [scope]);

        Assert.Equal(allowed, outcome.Role is not null);
    }

    [Fact]
    public async Task C17_ScopesAreComparedWhole()
    {
        Map("groups", "analysts", "analyst");
        _options.RequiredScopes.Add("admin");

        foreach (var scope in new[] { "admin2", "ADMIN", "adm", "admin\u00a0", "admin\t" })
        {
            Assert.Null((await AuthorizeAsync("""{"groups":"analysts"}""", "analyst", scope)).Role);
        }
    }

    private void Map(string claim, string value, string role) => _options.RoleMap.Add(new RoleMapOptions { Claim = claim, Value = value, Role = role });

    private Task<AuthorizationOutcome> AuthorizeAsync(string claims, string user, params string[] scopes) => AuthorizeAsync(claims, user, "orders", scopes);

    private async Task<AuthorizationOutcome> AuthorizeAsync(string claims, string user, string database, string[] scopes)
    {
        using var json = JsonDocument.Parse(claims);
        var authorizer = new ConnectionAuthorizer(_options, _mappers, _policies, _log.CreateLogger("test"));
        return await authorizer.AuthorizeAsync(
            new TokenClaims("https://issuer.example", "alice", DateTimeOffset.MaxValue, scopes, json.RootElement),
            new StartupParameters { User = user, Database = database, Settings = [], UnrecognizedProtocolOptions = [] },
            new SessionContext(1, "", "127.0.0.1:0", null, DateTimeOffset.UnixEpoch),
            TestContext.Current.CancellationToken);
    }

    private sealed class Mapper(Func<RoleMappingContext, RoleMapping> map) : IRoleMapper
    {
        public ValueTask<RoleMapping> MapAsync(RoleMappingContext context, CancellationToken cancellationToken) => new(map(context));
    }

    private sealed class Policy(Func<ScopePolicyContext, ScopeDecision> decide) : IScopePolicy
    {
        public ValueTask<ScopeDecision> DecideAsync(ScopePolicyContext context, CancellationToken cancellationToken) => new(decide(context));
    }
}
