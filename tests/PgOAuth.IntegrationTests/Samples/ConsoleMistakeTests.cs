using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PgOAuth.Samples.Development.Postgres;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

public sealed class ConsoleMistakeTests : ConsoleTestBase
{
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=service;Password=very-secret";

    [Theory]
    [InlineData("--listen: \"here\" is not HOST:PORT", "--listen", "here")]
    [InlineData("--map: \"groups:app\" is not CLAIM=VALUE:ROLE", "--map", "groups:app")]
    [InlineData("--issuer: \"login\" is not a URL", "--issuer", "login", "--audience", "postgres")]
    [InlineData("--issuer needs --audience", "--issuer", "https://login.example.com/")]
    [InlineData("--issuer must be an https URL", "--issuer", "http://127.0.0.1:1/", "--audience", "postgres")]
    [InlineData("--issuer over http must be on loopback", "--plaintext", "--issuer", "http://login.example.com/", "--audience", "postgres")]
    [InlineData("--plaintext is for loopback only", "--plaintext", "--listen", "0.0.0.0:0")]
    [InlineData("--exchange: \"kerberos\" is not password, oauthbearer or both", "--exchange", "kerberos")]
    [InlineData("--upstream needs at least one --map", "--upstream", Nowhere)]
    [InlineData("--upstream: The connection string needs a Host", "--upstream", "Username=service;Password=very-secret")]
    [InlineData("--upstream: The connection string needs a Username", "--upstream", "Host=127.0.0.1;Password=very-secret")]
    [InlineData("--upstream: This is not a connection string", "--upstream", "very-secret")]
    [InlineData("--upstream: The proxy has no counterpart of SSL Certificate", "--upstream", "Host=127.0.0.1;Username=service;Password=very-secret;SSL Certificate=/nope")]
    [InlineData("service@127.0.0.1:1 cannot be reached", "--upstream", Nowhere, "--map", "groups=engineers:app")]
    [InlineData("--config: there is no file", "--config", "/nonexistent/pgoauth.json")]
    [InlineData("--gate: \"on\" is not off, observe or enforce", "--gate", "on")]
    [InlineData("Unrecognized command or argument '--nonsense'", "--nonsense")]
    [InlineData("Option '--sub' is required", "token")]
    [InlineData("--lifetime: \"10\" is not a time", "token", "--sub", "dora", "--lifetime", "10")]
    [InlineData("No issuer has run", "token", "--sub", "dora")]
    public async Task Mistake_EndsWithASentence(string sentence, params string[] arguments)
    {
        await AssertMistakeAsync(sentence, NoEnvironment, arguments);
    }

    [Fact]
    public async Task Mistake_PortInUse_EndsWithASentenceAndWithoutAServer()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        await AssertMistakeAsync($"The proxy cannot listen on {address}", NoEnvironment, "--listen", address);
    }

    [Fact]
    public async Task Mistake_NoServerToBeHad_EndsWithASentence()
    {
        var environment = new Dictionary<string, string> { ["PGOAUTH_POSTGRES"] = Nowhere };
        await AssertMistakeAsync("PGOAUTH_POSTGRES is set, but its server cannot be used", environment, "--listen", "127.0.0.1:0");
    }

    [Fact]
    public async Task Mistake_RoleThatTheServiceMayNotBecome_EndsWithTheStatementThatHelps()
    {
        await using var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { InitialSql = ["create role service login noinherit", "create role app"] }, Cancellation);
        await AssertMistakeAsync(
            "grant \"app\" to \"service\"", NoEnvironment, "--listen", "127.0.0.1:0", "--map", "groups=engineers:app", "--upstream", server.ConnectionStringFor(userName: "service"));
    }

    [Fact]
    public async Task Mistake_RoleThatTheEmbeddedServerLacks_EndsWithASentence()
    {
        await AssertMistakeAsync("the role \"nosuchrole\" does not exist", NoEnvironment, "--listen", "127.0.0.1:0", "--map", "groups=engineers:nosuchrole");
    }

    [Theory]
    [InlineData("{ \"PgOAuth\": ", "cannot be read")]
    [InlineData("{ \"Other\": { } }", "has no section \"PgOAuth\"")]
    [InlineData("{ \"PgOAuth\": { \"Limitz\": { \"MaxConnections\": 1 }, \"Upstream\": { \"Servers\": { \"a\": { \"Host\": \"127.0.0.1\" } } } } }", "Limitz")]
    public async Task Mistake_InTheFile_EndsWithASentence(string content, string sentence)
    {
        await AssertMistakeAsync(sentence, NoEnvironment, "--listen", "127.0.0.1:0", "--config", Write("settings.json", content));
    }

    [Fact]
    public async Task Mistake_AudienceBesideTheFilesIssuers_EndsWithASentence()
    {
        var file = Write("settings.json", "{ \"PgOAuth\": { \"Authentication\": { \"Issuers\": [ { \"Issuer\": \"https://login.example.com/\" } ] } } }");
        await AssertMistakeAsync("--audience needs --issuer", NoEnvironment, "--audience", "postgres", "--config", file);
    }

    private async Task AssertMistakeAsync(string sentence, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(DataFolder, environment, arguments);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("ready", output, StringComparison.Ordinal);
    }
}
