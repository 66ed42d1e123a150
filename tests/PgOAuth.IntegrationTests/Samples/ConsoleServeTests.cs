using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Samples.Development.Postgres.Processes;
using PgOAuth.Samples.Terminal.Tour;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

public sealed class ConsoleServeTests : ConsoleTestBase
{
    private const string WhoAmI = "select current_user, session_user, current_setting('pgoauth.sub')";

    private static readonly string[] AppSql =
    [
        "create role service login noinherit password 'service-password'",
        "create role app",
        "create role other",
        "grant app, other to service",
    ];

    [Fact]
    public async Task Serve_FromNothing_LetsPsqlInByTokenAndCleansUpOnSigterm()
    {
        await using var serve = ConsoleProcess.Start(DataFolder, NoEnvironment, "--listen", "127.0.0.1:0", "--log", "Warning");
        var proxy = await serve.WaitUntilReadyAsync();

        var alice = new SqlLogin(proxy, AuthorityPath, "demo", "analyst", await TokenAsync("--sub", "alice", "--groups", "analysts", "--scope", "db:read"));
        Assert.Equal(new SqlAnswer(true, "analyst|pgoauth_service|alice"), await Psql.RunAsync(alice, WhoAmI, null, Cancellation));
        var stranger = alice with { Token = await TokenAsync("--sub", "alice") };
        var refused = await Psql.RunAsync(stranger, WhoAmI, null, Cancellation);
        Assert.False(refused.Succeeded);
        Assert.Contains("does not give the role \"analyst\"", refused.Text, StringComparison.Ordinal);

        // The printed line, pasted into a shell as it is.
        var pasted = Assert.Single(serve.Output, static line => line.StartsWith("PGPASSWORD=", StringComparison.Ordinal) && line.Contains("user=engineer", StringComparison.Ordinal));
        var bob = await ProcessRunner.RunAsync(new ProcessCommand("/bin/sh", "-c", pasted + " -XAtc \"" + WhoAmI + "\""), heartbeat: null, Cancellation);
        Assert.Equal("engineer|pgoauth_service|bob", bob.Output.Trim());

        var server = serve.Output[0][(serve.Output[0].LastIndexOf(':') + 1)..];
        var folder = await ScalarAsync($"Host=127.0.0.1;Port={server};Username=postgres;Pooling=false", "show data_directory");
        Assert.Equal(0, await serve.TerminateAsync());
        Assert.Equal($"ready {proxy}", serve.Output[^1]);
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder)));
        using var late = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(() => late.ConnectAsync(proxy, Cancellation).AsTask());
    }

    [Fact]
    public async Task Serve_WithUpstreamPlaintextAndRequiredScope_AsksTheServerGiven()
    {
        await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { InitialSql = AppSql }, Cancellation);
        await using var serve = ConsoleProcess.Start(
            DataFolder, NoEnvironment, "serve", "--listen", "127.0.0.1:0", "--plaintext", "--log", "None", "--require-scope", "db:read", "--map", "groups=engineers:app",
            "--upstream", server.ConnectionStringFor(userName: "service", password: "service-password"));
        var proxy = await serve.WaitUntilReadyAsync();

        var database = new NpgsqlConnectionStringBuilder(server.ConnectionString).Database!;
        var login = new SqlLogin(proxy, null, database, "app", await TokenAsync("--sub", "dora", "--groups", "staff,engineers", "--scope", "db:read db:write"));
        Assert.Equal(new SqlAnswer(true, "app|service|dora"), await Psql.RunAsync(login, WhoAmI, null, Cancellation));
        var refused = await Psql.RunAsync(login with { Token = await TokenAsync("--sub", "dora", "--groups", "engineers") }, WhoAmI, null, Cancellation);
        Assert.False(refused.Succeeded);
        Assert.Contains("db:read", refused.Text, StringComparison.Ordinal);
        Assert.Equal(0, await serve.TerminateAsync());

        // The server was given: it is still there.
        Assert.Equal("1", await ScalarAsync(server.ConnectionString, "select 1::text"));
    }

    [Fact]
    public async Task Serve_WithConfig_UsesTheFileAndTheCommandLineWins()
    {
        await using var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { InitialSql = AppSql }, Cancellation);
        var config = Write("settings.json", string.Create(
            CultureInfo.InvariantCulture,
            $$"""
              { "PgOAuth": {
                  "Endpoints": [ { "Address": "127.0.0.1:0", "TokenExchange": "OAuthBearer", "DangerousAllowTokensWithoutTls": true } ],
                  "Authorization": {
                    "RoleMap": [ { "Claim": "groups", "Value": "engineers", "Role": "other" } ],
                    "RequiredScopes": [ "db:read" ]
                  },
                  "Upstream": { "Servers": { "given": { "Host": "{{server.Host}}", "Port": {{server.Port}}, "Username": "service", "Password": "service-password" } } }
              } }
              """));
        await using var serve = ConsoleProcess.Start(
            DataFolder, NoEnvironment, "--config", config, "--exchange", "password", "--map", "groups=engineers:app", "--log", "None");
        var proxy = await serve.WaitUntilReadyAsync();

        var database = new NpgsqlConnectionStringBuilder(server.ConnectionString).Database!;
        var login = new SqlLogin(proxy, null, database, "app", await TokenAsync("--sub", "dora", "--groups", "engineers", "--scope", "db:read"));
        Assert.Equal(new SqlAnswer(true, "app|service|dora"), await Psql.RunAsync(login, WhoAmI, null, Cancellation));
        Assert.False((await Psql.RunAsync(login with { User = "other" }, WhoAmI, null, Cancellation)).Succeeded);
        Assert.False((await Psql.RunAsync(login with { Token = await TokenAsync("--sub", "dora", "--groups", "engineers") }, WhoAmI, null, Cancellation)).Succeeded);
    }

    [Fact]
    public async Task Serve_WithPolicy_RefusesByIt_AndAChangeReachesTheLiveSession()
    {
        var policy = Write("policy.json", PolicyOf("\"columns\": [ \"id\", \"name\" ], "));
        await using var serve = ConsoleProcess.Start(DataFolder, NoEnvironment, "--listen", "127.0.0.1:0", "--plaintext", "--log", "None", "--policy", policy);
        var proxy = await serve.WaitUntilReadyAsync();
        var token = await TokenAsync("--sub", "alice", "--groups", "analysts", "--scope", "shop:read");
        await using var source = NpgsqlDataSource.Create($"Host={proxy.Address};Port={proxy.Port};Database=demo;Username=analyst;Password={token};SSL Mode=Disable");
        await using var connection = await source.OpenConnectionAsync(Cancellation);

        Assert.Equal("3", await AskAsync("select count(name)::text from products"));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync("select count(cost)::text from products"));
        Assert.Equal(("42501", "the access token does not allow select on column cost of public.products"), (refused.SqlState, refused.MessageText));

        // A policy with mistakes changes nothing; it is followed by one that gives the column.
        Write("policy.json", "{");
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        Assert.Equal("3", await AskAsync("select count(name)::text from products"));
        Write("policy.json", PolicyOf(""));
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                Assert.Equal("3", await AskAsync("select count(cost)::text from products"));
                break;
            }
            catch (PostgresException)
            {
                await Task.Delay(100, guard.Token);
            }
        }

        Assert.Equal(0, await serve.TerminateAsync());

        async Task<string?> AskAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(Cancellation) as string;
        }

        static string PolicyOf(string columns) =>
            $$"""{ "scopes": { "shop:read": { "allow": [ { {{columns}}"statements": [ "select" ], "relations": [ "public.products" ] } ] } } }""";
    }

    private static async Task<string?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation) as string;
    }
}
