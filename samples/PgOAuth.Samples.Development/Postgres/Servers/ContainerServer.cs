using Npgsql;
using Testcontainers.PostgreSql;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>A server in a container, removed at the end.</summary>
internal sealed class ContainerServer(PostgreSqlContainer container, int majorVersion)
    : EmbeddedPostgresServer("container", majorVersion, new NpgsqlConnectionStringBuilder(container.GetConnectionString()))
{
    private protected override ValueTask DisposeCoreAsync()
    {
        return container.DisposeAsync();
    }
}
