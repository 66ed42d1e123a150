using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Testing;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Catalog;

/// <summary>Reads the catalogs of real servers as the proxy does.</summary>
public abstract class CatalogTestBase(ProxyFixture fixture)
{
    public static TheoryData<int> Majors => PostgresMajors.All;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected async Task<(EmbeddedPostgresServer Server, string Database)> DatabaseAsync(int major)
    {
        var server = await fixture.PostgresAsync(major);
        return (server, await fixture.CreateDatabaseAsync(server, Cancellation));
    }

    private protected static CatalogReader ReaderOf(EmbeddedPostgresServer server, CatalogLimits? limits = null)
    {
        var options = new UpstreamOptions();
        options.Servers["main"] = new UpstreamServerOptions { Host = server.Host, Port = server.Port, Username = TestRoles.Service, Password = TestRoles.ServicePassword };
        var errors = new List<string>();
        var compiled = UpstreamServer.Compile("main", options.Servers["main"], errors);
        Assert.Empty(errors);
        var connector = new UpstreamConnector(TimeProvider.System, NullLogger.Instance, TestTransport.Dialer);
        return new CatalogReader(new CatalogConnector(() => options, name => name == "main" ? compiled : null, connector.ConnectAsync), limits ?? new CatalogLimits(), TimeProvider.System);
    }

    private protected static async Task<CatalogSnapshot> ReadAsync(CatalogReader reader, string database, CatalogSnapshot? previous = null, params string[] roles)
    {
        var result = await reader.ReadAsync(new CatalogKey("main", database), previous, roles, Cancellation);
        Assert.True(result.IsRead, result.Problem);
        return result.Snapshot;
    }

    /// <summary>Rows of text, asked as the superuser.</summary>
    protected static async Task<List<string[]>> RowsAsync(EmbeddedPostgresServer server, string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionStringFor(database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new List<string[]>();
        while (await reader.ReadAsync(Cancellation))
        {
            var row = new string[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!;
            }

            rows.Add(row);
        }

        return rows;
    }
}
