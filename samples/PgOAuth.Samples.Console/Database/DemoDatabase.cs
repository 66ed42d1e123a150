using System.Security.Cryptography;
using Npgsql;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Samples.Terminal.Serving;

namespace PgOAuth.Samples.Terminal.Database;

/// <summary>A throwaway server with the roles, the database and the rows of the demonstration.</summary>
internal sealed class DemoDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgresServer _server;

    private DemoDatabase(EmbeddedPostgresServer server, UpstreamAddress service)
    {
        _server = server;
        Service = service;
    }

    /// <summary>The service login, which is nobody until it becomes one of the mapped roles.</summary>
    public UpstreamAddress Service { get; }

    /// <summary>Version and origin, for people.</summary>
    public string Description => $"PostgreSQL {_server.MajorVersion} ({_server.Source}) on {_server.Host}:{_server.Port}";

    /// <summary>A connection string of the superuser, past the proxy.</summary>
    public string SuperuserConnectionString => _server.ConnectionStringFor(Service.Database);

    public static async Task<DemoDatabase> StartAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Progress = progress }, cancellationToken);
        try
        {
            progress("making roles, tables and rows");
            var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
            await server.ExecuteAsync(DemoSql.Roles(password), cancellationToken);
            var database = await CreateDatabaseAsync(server, cancellationToken);
            await using (var source = NpgsqlDataSource.Create(server.ConnectionStringFor(database) + ";Pooling=false"))
            {
                await using var command = source.CreateCommand(DemoSql.Schema(database));
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            return new DemoDatabase(server, UpstreamAddress.Parse(server.ConnectionStringFor(database, DemoSql.ServiceRole, password)));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        return _server.DisposeAsync();
    }

    /// <summary>A server that somebody else runs gave us a database already, which it drops at the end.</summary>
    private static async Task<string> CreateDatabaseAsync(EmbeddedPostgresServer server, CancellationToken cancellationToken)
    {
        var given = new NpgsqlConnectionStringBuilder(server.ConnectionString).Database;
        if (given is not (null or "postgres"))
        {
            return given;
        }

        await server.ExecuteAsync($"create database {DemoSql.Database}", cancellationToken);
        return DemoSql.Database;
    }
}
