using Npgsql;
using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>One proxy in front of two servers: where a session goes, and as whom it logs in there.</summary>
public sealed class RoutingTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private const string LoginPassword = "engineer-only-7Qm4x";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_GoesByDatabaseHostNameAndClaim_ToTheServerOfTheFirstRouteThatMatches()
    {
        await using var proxy = await StartWithTwoServersAsync();

        Assert.Equal("15", await AskAsync(proxy, "localhost", "archive", proxy.EngineerToken()));
        Assert.Equal("15", await AskAsync(proxy, "tenant-b.example", proxy.Database, proxy.EngineerToken()));
        Assert.Equal("15", await AskAsync(proxy, "localhost", proxy.Database, TokenOfTenant(proxy, "b")));
        Assert.Equal("18", await AskAsync(proxy, "localhost", proxy.Database, TokenOfTenant(proxy, "a")));
        Assert.Equal("18", await AskAsync(proxy, "localhost", proxy.Database, proxy.EngineerToken()));
    }

    [Fact]
    public async Task Session_ThatNoRouteMatches_IsToldThatTheDatabaseIsNotHere()
    {
        await using var proxy = await StartWithTwoServersAsync();
        var connection = proxy.ForNpgsql(TestRoles.Engineer, proxy.EngineerToken());
        connection.Database = "elsewhere";

        var refused = await Assert.ThrowsAsync<PostgresException>(() => OpenAsync(connection));

        Assert.Equal("3D000", refused.SqlState);
        Assert.Contains("\"elsewhere\" is not available here", refused.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionRules_OpenADatabaseToTheScopeThatTheHintNames()
    {
        await using var proxy = await proxies.Shared.StartProxyAsync(
            18,
            new ProxyHostOptions
            {
                Database = await proxies.DatabaseAsync(18),
                Configure = static options => options.Authorization.ConnectionRules.Add(
                    new ConnectionRuleOptions { Scope = "db:write", Databases = { "*" }, Roles = { TestRoles.Engineer } }),
            },
            Cancellation);

        await OpenAsync(proxy.ForNpgsql(TestRoles.Engineer, proxy.EngineerToken()));
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => OpenAsync(proxy.ForNpgsql(TestRoles.Engineer, TokenOfTenant(proxy, "a", "db:read"))));

        Assert.Equal("42501", refused.SqlState);
        Assert.Contains("\"db:write\"", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task LoginMode_TheMappedRoleItselfLogsIn_AndTheDatabaseIsTheBoundary(int major)
    {
        await using var server = await ProxyFixture.StartServerAsync(major);
        await server.ExecuteAsync($"alter role {TestRoles.Engineer} login password '{LoginPassword}'", Cancellation);
        await using var proxy = await proxies.Shared.StartProxyAsync(
            major,
            new ProxyHostOptions
            {
                Server = server,
                Configure = static options => options.Upstream.Mode = UpstreamMode.Login,
                Components = static components => components.UpstreamCredentials = new EngineersPassword(),
            },
            Cancellation);
        await using var source = NpgsqlDataSource.Create(proxy.ForNpgsql(TestRoles.Engineer, proxy.EngineerToken()));

        await using var who = source.CreateCommand("select current_user || ' of ' || session_user || coalesce(' for ' || current_setting('pgoauth.sub', true), '')");
        Assert.Equal("engineer of engineer", await who.ExecuteScalarAsync(Cancellation));
        await using var block = source.CreateCommand("do $$ begin perform 1; end $$; create function sales.one() returns int language sql as 'select 1'");
        await block.ExecuteNonQueryAsync(Cancellation);
        await using var escape = source.CreateCommand("set role analyst");
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => escape.ExecuteNonQueryAsync(Cancellation))).SqlState);
    }

    private async Task<ProxyHost> StartWithTwoServersAsync()
    {
        var old = await proxies.Shared.PostgresAsync(15);
        var oldDatabase = await proxies.DatabaseAsync(15);
        var database = await proxies.DatabaseAsync(18);
        return await proxies.Shared.StartProxyAsync(
            18,
            new ProxyHostOptions
            {
                Database = database,
                Configure = options =>
                {
                    options.Upstream.Servers["old"] = new UpstreamServerOptions
                    {
                        Host = old.Host,
                        Port = old.Port,
                        Username = TestRoles.Service,
                        Password = TestRoles.ServicePassword,
                    };
                    options.Upstream.Routes.Add(new RouteOptions { Database = "archive", Server = "old", UpstreamDatabase = oldDatabase });
                    options.Upstream.Routes.Add(new RouteOptions { SniHost = "tenant-b.example", Server = "old", UpstreamDatabase = oldDatabase });
                    options.Upstream.Routes.Add(new RouteOptions { Claim = "tenant", ClaimValue = "b", Server = "old", UpstreamDatabase = oldDatabase });
                    options.Upstream.Routes.Add(new RouteOptions { Database = database, Server = "main" });
                },
            },
            Cancellation);
    }

    /// <summary>psql sends the host name in TLS and dials the address: the way to a tenant's name without DNS.</summary>
    private static async Task<string> AskAsync(ProxyHost proxy, string host, string database, string token)
    {
        var result = await ClientProcess.RunAsync(
            await ClientTools.PsqlAsync(),
            [
                "-X", "-At", "-c", "select current_setting('server_version_num')::int / 10000",
                $"host={host} hostaddr=127.0.0.1 port={proxy.Port} dbname={database} user={TestRoles.Engineer} sslmode=require connect_timeout=30",
            ],
            new Dictionary<string, string> { ["PGPASSWORD"] = token },
            null,
            Cancellation);
        result.Expect();
        return result.Output.Trim();
    }

    private static async Task OpenAsync(NpgsqlConnectionStringBuilder settings)
    {
        settings.Pooling = false;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Cancellation);
    }

    private static string TokenOfTenant(ProxyHost proxy, string tenant, params string[] scopes) => proxy.Issuer.IssueToken(new DevelopmentTokenRequest
    {
        Subject = "dora",
        Groups = ["engineers"],
        Scopes = scopes,
        Claims = new Dictionary<string, object?> { ["tenant"] = tenant },
    });

    private sealed class EngineersPassword : IUpstreamCredentialProvider
    {
        public ValueTask<UpstreamCredential> GetAsync(UpstreamCredentialContext context, CancellationToken cancellationToken) =>
            new(context.Role == TestRoles.Engineer ? new UpstreamCredential(context.Role, LoginPassword) : default);
    }
}
