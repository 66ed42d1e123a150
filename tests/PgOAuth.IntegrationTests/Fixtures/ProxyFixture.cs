using System.Globalization;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Samples.Development.Certificates;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Development.Postgres;
using Xunit;

[assembly: AssemblyFixture(typeof(ProxyFixture))]

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>
/// What all tests share, each started once and only when first wanted: one PostgreSQL per major version, an issuer, a
/// certificate. A test fails with the message of what could not be started; nothing is skipped.
/// </summary>
public sealed class ProxyFixture : IAsyncDisposable
{
    private readonly Lazy<Task<EmbeddedPostgresServer>> _postgres15 = new(static () => StartServerAsync(15));
    private readonly Lazy<Task<EmbeddedPostgresServer>> _postgres18 = new(static () => StartServerAsync(18));
    private readonly Lazy<Task<DevelopmentIssuer>> _issuer = new(static () => DevelopmentIssuer.StartAsync());
    private readonly Lazy<TestCertificates> _certificates = new(static () => new TestCertificates());
    private int _databases;

    /// <summary>The certificates of every proxy.</summary>
    public TestCertificates Certificates => _certificates.Value;

    /// <summary>The shared server of a major version. Do not stop it.</summary>
    public Task<EmbeddedPostgresServer> PostgresAsync(int major) => major switch
    {
        15 => _postgres15.Value,
        18 => _postgres18.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(major), major, "The shared servers are 15 and 18."),
    };

    /// <summary>The shared issuer.</summary>
    public Task<DevelopmentIssuer> IssuerAsync() => _issuer.Value;

    /// <summary>Starts a server with the roles of the shared ones, for a test that stops or breaks it.</summary>
    public static Task<EmbeddedPostgresServer> StartServerAsync(int major) => EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions
    {
        MajorVersion = major,
        RequireOwnServer = true,
        HostBasedAuthentication = TestRoles.HostBasedAuthentication,
        InitialSql = TestRoles.ClusterSql,
        Progress = static message => TestContext.Current.SendDiagnosticMessage("{0}", message),
    });

    /// <summary>Makes a database with the content of <see cref="TestRoles.DatabaseSql"/>.</summary>
    public async Task<string> CreateDatabaseAsync(EmbeddedPostgresServer server, CancellationToken cancellationToken = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}");
        await server.ExecuteAsync($"create database {name}", cancellationToken);
        await ExecuteAsync(server, name, TestRoles.DatabaseSql(name), cancellationToken);
        return name;
    }

    /// <summary>Runs statements as the superuser, past the proxy.</summary>
    public static async Task ExecuteAsync(EmbeddedPostgresServer server, string database, string sql, CancellationToken cancellationToken = default)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(server.ConnectionStringFor(database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Asks one value as the superuser, past the proxy.</summary>
    public static async Task<object?> ScalarAsync(EmbeddedPostgresServer server, string database, string sql, CancellationToken cancellationToken = default)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(server.ConnectionStringFor(database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Starts a proxy in front of a server of this major version.</summary>
    public async Task<ProxyHost> StartProxyAsync(int major, ProxyHostOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ProxyHostOptions();
        var server = options.Server ?? await PostgresAsync(major);
        var database = options.Database ?? await CreateDatabaseAsync(server, cancellationToken);
        return await ProxyHost.StartAsync(server, database, await IssuerAsync(), Certificates, options, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _postgres15, _postgres18 })
        {
            if (server.IsValueCreated && server.Value.IsCompletedSuccessfully)
            {
                await (await server.Value).DisposeAsync();
            }
        }

        if (_issuer.IsValueCreated && _issuer.Value.IsCompletedSuccessfully)
        {
            await (await _issuer.Value).DisposeAsync();
        }

        if (_certificates.IsValueCreated)
        {
            _certificates.Value.Dispose();
        }
    }
}
