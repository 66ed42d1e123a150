using Npgsql;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>A server somebody else runs: ours is only a database in it, dropped at the end.</summary>
internal sealed class ExternalServer : EmbeddedPostgresServer
{
    private readonly string _maintenance;
    private readonly string _database;

    private ExternalServer(string source, int majorVersion, NpgsqlConnectionStringBuilder connection, string maintenance)
        : base(source, majorVersion, connection)
    {
        _maintenance = maintenance;
        _database = connection.Database!;
    }

    public static async Task<ExternalServer> OpenAsync(string connectionString, string source, CancellationToken cancellationToken)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var own = new NpgsqlConnectionStringBuilder(connectionString) { Database = $"pgoauth_{Guid.NewGuid():N}" };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var create = new NpgsqlCommand($"create database \"{own.Database}\"", connection);
        await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return new ExternalServer(source, connection.PostgreSqlVersion.Major, own, maintenance.ConnectionString);
    }

    private protected override async ValueTask DisposeCoreAsync()
    {
        await using var source = NpgsqlDataSource.Create(_maintenance);
        await using var drop = source.CreateCommand($"drop database if exists \"{_database}\" with (force)");
        await drop.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
}
