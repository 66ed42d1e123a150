using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Sql.Resolution;
using PgOAuth.Testing;
using PgOAuth.Upstream;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>A database with <see cref="LeakSchema"/>, and ways to it past the gate.</summary>
internal sealed class LeakBed
{
    private LeakBed(EmbeddedPostgresServer server, string database, ISqlCatalog catalog, string fingerprint)
    {
        Server = server;
        Database = database;
        Catalog = catalog;
        Fingerprint = fingerprint;
        var policy = new StatementPolicyOptions();
        LeakSchema.Configure(policy);
        Grant = PolicyCompiler.Compile(policy, ShippedBaseline.Instance).Grants.Get([LeakSchema.Scope]);
    }

    public EmbeddedPostgresServer Server { get; }

    public string Database { get; }

    public ISqlCatalog Catalog { get; }

    public Grant Grant { get; }

    /// <summary>Of the data as they were made.</summary>
    public string Fingerprint { get; }

    public static async Task<LeakBed> CreateAsync(ProxyFixture fixture, int major, CancellationToken cancellationToken)
    {
        var server = await fixture.PostgresAsync(major);
        var database = await fixture.CreateDatabaseAsync(server, cancellationToken);
        await ProxyFixture.ExecuteAsync(server, database, LeakSchema.Sql(database), cancellationToken);
        var options = new UpstreamOptions();
        options.Servers["main"] = new UpstreamServerOptions { Host = server.Host, Port = server.Port, Username = TestRoles.Service, Password = TestRoles.ServicePassword };
        var upstream = UpstreamServer.Compile("main", options.Servers["main"], []);
        var reader = new CatalogReader(
            new CatalogConnector(() => options, _ => upstream, new UpstreamConnector(TimeProvider.System, NullLogger.Instance, TestTransport.Dialer).ConnectAsync), new CatalogLimits(), TimeProvider.System);
        var result = await reader.ReadAsync(new CatalogKey("main", database), null, [TestRoles.Engineer], cancellationToken);
        var snapshot = result.Snapshot ?? throw new InvalidOperationException(result.Problem);
        var view = snapshot.For(TestRoles.Engineer, new CatalogSearchPath("app"))!;
        return new LeakBed(server, database, view, await FingerprintAsync(server, database, cancellationToken));
    }

    public LeakJudge NewJudge() => new(Grant, Catalog);

    /// <summary>A session on the server itself, as this role.</summary>
    public Task<LeakConnection> OpenDirectAsync(string role, bool overlooksRowDetails = false) => LeakConnection.OpenAsync(
        Server.Host, Server.Port, null, overlooksRowDetails, ("user", new Npgsql.NpgsqlConnectionStringBuilder(Server.ConnectionString).Username!), ("database", Database), ("client_encoding", "UTF8"),
        ("role", role), ("search_path", "app"), ("standard_conforming_strings", "on"));

    /// <summary>A proxy before it, with the policy.</summary>
    public Task<ProxyHost> StartProxyAsync(ProxyFixture fixture, PoolMode mode, GateMode gate, int poolSize, CancellationToken cancellationToken) => fixture.StartProxyAsync(
        Server.MajorVersion,
        new ProxyHostOptions
        {
            Database = Database,
            Configure = options =>
            {
                options.Endpoints[0].DangerousAllowTokensWithoutTls = true;
                options.Pool.Mode = mode;
                options.Pool.Size = poolSize;
                options.Enforcement.Mode = gate;
                options.Enforcement.SearchPath.Clear();
                options.Enforcement.SearchPath.Add("app");
                LeakSchema.Configure(options.Enforcement.Policy);
            },
        },
        cancellationToken);

    /// <summary>A session on a proxy, with a token of these scopes.</summary>
    public Task<LeakConnection> OpenAsync(ProxyHost proxy, params string[] scopes)
    {
        var token = proxy.Issuer.IssueToken(new DevelopmentTokenRequest { Subject = "erika", Groups = ["engineers"], Scopes = scopes, Lifetime = TimeSpan.FromHours(12) });
        return LeakConnection.OpenAsync("127.0.0.1", proxy.Port, token, overlooksRowDetails: false, ("user", TestRoles.Engineer), ("database", Database));
    }

    /// <summary>What <see cref="Fingerprint"/> is now.</summary>
    public Task<string> FingerprintAsync(CancellationToken cancellationToken) => FingerprintAsync(Server, Database, cancellationToken);

    private static async Task<string> FingerprintAsync(EmbeddedPostgresServer server, string database, CancellationToken cancellationToken) =>
        (string)(await ProxyFixture.ScalarAsync(server, database, LeakSchema.Fingerprint, cancellationToken))!;
}
