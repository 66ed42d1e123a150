using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
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
            new CatalogConnector(options, _ => upstream, new UpstreamConnector(TimeProvider.System, NullLogger.Instance, TestTransport.Dialer)), new CatalogLimits(), TimeProvider.System);
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

    /// <summary>What <see cref="Fingerprint"/> is now.</summary>
    public Task<string> FingerprintAsync(CancellationToken cancellationToken) => FingerprintAsync(Server, Database, cancellationToken);

    private static async Task<string> FingerprintAsync(EmbeddedPostgresServer server, string database, CancellationToken cancellationToken) =>
        (string)(await ProxyFixture.ScalarAsync(server, database, LeakSchema.Fingerprint, cancellationToken))!;
}
