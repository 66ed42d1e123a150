using Npgsql;
using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>The admin database, with psql and Npgsql.</summary>
public sealed class AdminDatabaseTests(ProxyFixture fixture) : IAsyncLifetime
{
    private const string Scope = "db:admin";

    private readonly List<NpgsqlDataSource> _sources = [];
    private ProxyHost _proxy = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _proxy = await fixture.StartProxyAsync(18, new ProxyHostOptions { Configure = static options => options.Admin.Scope = Scope }, Cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }

        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task Psql_ShowsWhoIsThere_AndEndsThem()
    {
        await using var victim = await OpenAsync(_proxy.Database, _proxy.EngineerToken(), "till");
        var pid = victim.ProcessID;
        Assert.NotEqual(0, pid);

        var shown = await PsqlAsync(AdminToken(), "show clients; show pools;", "show servers;", "show stats;", "show config;", "show version;", "help;");
        shown.Expect();
        Assert.Contains("till", shown.Output, StringComparison.Ordinal);
        Assert.Contains("total_xact_count", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Limits:MaxConnections", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(TestRoles.ServicePassword, shown.Output, StringComparison.Ordinal);
        Assert.Equal("", shown.Errors);

        var session = _proxy.Proxy.GetClients().Single(one => one.Database == _proxy.Database).SessionId;
        (await PsqlAsync(AdminToken(), $"kill {session};")).Expect();
        var error = await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(victim, "select 1"));
        Assert.True(error is PostgresException { SqlState: "57P01" } or { InnerException: IOException }, error.ToString());

        await Eventually.TrueAsync(() => _proxy.Proxy.ActiveSessions == 0, () => _proxy.Log.AllText);
        var gone = await PsqlAsync(AdminToken(), $"kill {session};");
        Assert.Contains($"there is no session {session}", gone.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Psql_UnknownCommand_ShowsTheHint()
    {
        var result = await PsqlAsync(AdminToken(), "select 1;");

        Assert.Contains("HINT:  Commands: SHOW POOLS", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A50_Psql_WithoutTheScope_FindsNoDatabase()
    {
        var result = await PsqlAsync(_proxy.EngineerToken(), "show pools;");

        result.Expect(2);
        Assert.Contains("database \"pgoauth\" is not available here", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Npgsql_ReadsRowsByTheExtendedProtocol()
    {
        await using var client = await OpenAsync(_proxy.Database, _proxy.EngineerToken(), "reports");
        await using var admin = await OpenAsync("pgoauth", AdminToken(), "admin");
        for (var i = 0; i < 2; i++)
        {
            await using var command = new NpgsqlCommand("SHOW CLIENTS", admin);
            await command.PrepareAsync(Cancellation);
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            var names = new List<string?>();
            while (await reader.ReadAsync(Cancellation))
            {
                Assert.True(reader.GetInt64(reader.GetOrdinal("id")) > 0);
                Assert.Equal("on", reader.GetString(reader.GetOrdinal("tls")));
                names.Add(reader.GetValue(reader.GetOrdinal("application_name")) as string);
            }

            Assert.Equal(["admin", "reports"], names.Order());
        }

        var error = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(admin, "KILL 99999"));
        Assert.Equal("42704", error.SqlState);
        Assert.StartsWith("PgOAuth", (string?)await ScalarAsync(admin, "SHOW VERSION"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_HoldsLoginsBack_WhileTheServerIsAway()
    {
        await using var admin = await OpenAsync("pgoauth", AdminToken(), "admin");
        await ScalarAsync(admin, $"PAUSE {_proxy.Database}");
        var login = OpenAsync(_proxy.Database, _proxy.EngineerToken(), "early");
        await Eventually.TrueAsync(() => _proxy.Proxy.GetClients().Any(static one => one.ApplicationName == "early"), () => _proxy.Log.AllText);
        Assert.False(login.IsCompleted);

        await ScalarAsync(admin, "RESUME");

        await using var client = await login;
        Assert.Equal(1, await ScalarAsync(client, "select 1"));
    }

    [Fact]
    public async Task Shutdown_WaitForClients_EndsWhenTheLastLeaves()
    {
        await using var admin = await OpenAsync("pgoauth", AdminToken(), "admin");
        await using (var client = await OpenAsync(_proxy.Database, _proxy.EngineerToken(), "last"))
        {
            await ScalarAsync(admin, "SHUTDOWN WAIT_FOR_CLIENTS");
            Assert.Equal(1, await ScalarAsync(client, "select 1"));
            Assert.False(_proxy.Proxy.Completion.IsCompleted);
        }

        await _proxy.Proxy.Completion.WaitAsync(Cancellation);
    }

    private string AdminToken() => _proxy.Issuer.IssueToken(DevelopmentTokenRequest.For(DevelopmentPerson.Find("bob")!) with { Scopes = [Scope] });

    private async Task<NpgsqlConnection> OpenAsync(string database, string token, string application)
    {
        var builder = _proxy.ForNpgsql(token: token);
        builder.Database = database;
        builder.ApplicationName = application;
        builder.Pooling = false;
        var source = new NpgsqlDataSourceBuilder(builder.ConnectionString);
        source.ConfigureTypeLoading(types => types.EnableTypeLoading(database == _proxy.Database));
        _sources.Add(source.Build());
        return await _sources[^1].OpenConnectionAsync(Cancellation);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private async Task<ClientResult> PsqlAsync(string token, params string[] commands)
    {
        await using var client = ClientProcess.Start(
            await ClientTools.PsqlAsync(),
            ["-X", "-A", "-P", "pager=off", "-d", _proxy.ForLibpq().Replace($"dbname={_proxy.Database}", "dbname=pgoauth", StringComparison.Ordinal), .. commands.SelectMany(static command => new[] { "-c", command })],
            new Dictionary<string, string> { ["PGPASSWORD"] = token });
        return await client.FinishAsync(Cancellation);
    }
}
