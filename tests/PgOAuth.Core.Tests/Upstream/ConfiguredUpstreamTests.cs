using System.Text.Json;
using PgOAuth.Authentication;
using PgOAuth.Options;
using PgOAuth.Sessions;
using Xunit;

namespace PgOAuth.Upstream;

public sealed class ConfiguredUpstreamTests
{
    private static readonly SessionContext Session = new(1, "", "127.0.0.1:6432", null, DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Route_OneServerAndNoRoutes_LeadsThereWithTheDatabaseAskedFor() =>
        Assert.Equal("main/shop", await RouteAsync(Options("main")));

    [Fact]
    public async Task Route_SeveralServersAndNoRoutes_IsNone() => Assert.Null(await RouteAsync(Options("a", "b")));

    [Fact]
    public async Task Route_NoServer_IsNone() => Assert.Null(await RouteAsync(Options()));

    [Fact]
    public async Task Route_OneServerButNoRouteMatches_IsNone() =>
        Assert.Null(await RouteAsync(Options("main"), new RouteOptions { Database = "other", Server = "main" }));

    [Fact]
    public async Task Route_FirstMatch_Decides() =>
        Assert.Equal("b/shop", await RouteAsync(Options("a", "b"), new RouteOptions { Database = "other", Server = "a" }, new RouteOptions { Database = "shop", Server = "b" }, new RouteOptions { Server = "a" }));

    [Fact]
    public async Task Route_WithADatabaseOfItsOwn_OpensThat() =>
        Assert.Equal("a/shop_eu", await RouteAsync(Options("a"), new RouteOptions { Database = "shop", Server = "a", UpstreamDatabase = "shop_eu" }));

    [Theory]
    [InlineData("SHOP", null, null, null)]
    [InlineData(null, "other.example.test", null, null)]
    [InlineData(null, null, "tenant", "globex")]
    [InlineData(null, null, "tenant", "ACME")]
    [InlineData(null, null, "tenant", null)]
    [InlineData(null, null, "no_such_claim", "acme")]
    [InlineData("shop", "EU.example.test", "tenant", "globex")]
    public async Task Route_WhereOneConditionFails_DoesNotMatch(string? database, string? sni, string? claim, string? value) =>
        Assert.Null(await RouteAsync(Options("a"), new RouteOptions { Database = database, SniHost = sni, Claim = claim, ClaimValue = value, Server = "a" }));

    [Fact]
    public async Task Route_WhereAllConditionsHold_Matches() =>
        Assert.Equal("a/shop", await RouteAsync(Options("a"), new RouteOptions { Database = "shop", SniHost = "EU.Example.Test", Claim = "tenant", ClaimValue = "acme", Server = "a" }));

    [Fact]
    public async Task Credential_AssumeRole_IsTheServersLogin()
    {
        var options = Options("main");
        options.Servers["main"].Username = "service";
        options.Servers["main"].Password = "p";
        var credential = await CredentialAsync(options);

        Assert.Equal(("service", "p"), (credential.Username, credential.Password));
    }

    [Fact]
    public async Task Credential_Login_IsTheMappedRole()
    {
        var options = Options("main");
        options.Mode = UpstreamMode.Login;
        options.Servers["main"].Username = "service";
        var credential = await CredentialAsync(options);

        Assert.Equal(("analyst", null), (credential.Username, credential.Password));
    }

    [Fact]
    public async Task Credential_WithoutUsernameOrServer_IsNone()
    {
        Assert.Null((await CredentialAsync(Options("main"))).Username);
        Assert.Null((await CredentialAsync(Options("other"))).Username);
    }

    [Fact]
    public async Task Credential_PasswordFile_IsReadForEachLoginAndLosesItsLineEnd()
    {
        var file = Path.GetTempFileName();
        try
        {
            var options = Options("main");
            options.Servers["main"].Username = "service";
            options.Servers["main"].PasswordFile = file;
            await File.WriteAllTextAsync(file, " first \r\n", Cancellation);
            Assert.Equal(" first ", (await CredentialAsync(options)).Password);
            await File.WriteAllTextAsync(file, "second", Cancellation);
            Assert.Equal("second", (await CredentialAsync(options)).Password);
        }
        finally
        {
            File.Delete(file);
        }

        var gone = Options("main");
        gone.Servers["main"].Username = "service";
        gone.Servers["main"].PasswordFile = file;
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await CredentialAsync(gone));
    }

    private static UpstreamOptions Options(params string[] servers)
    {
        var options = new UpstreamOptions();
        foreach (var server in servers)
        {
            options.Servers[server] = new UpstreamServerOptions { Host = "127.0.0.1" };
        }

        return options;
    }

    private static async Task<string?> RouteAsync(UpstreamOptions options, params RouteOptions[] routes)
    {
        foreach (var route in routes)
        {
            options.Routes.Add(route);
        }

        var found = await new ConfiguredRouter(options).RouteAsync(new UpstreamRoutingContext(Claims(), "shop", "analyst", "eu.example.test", Session), Cancellation);
        return found.IsFound ? $"{found.Server}/{found.Database}" : null;
    }

    private static async Task<UpstreamCredential> CredentialAsync(UpstreamOptions options) =>
        await new ConfiguredCredentialProvider(options).GetAsync(new UpstreamCredentialContext("main", "shop", "analyst", Claims(), Session), Cancellation);

    private static TokenClaims Claims()
    {
        using var json = JsonDocument.Parse("""{"sub":"alice","tenant":"acme"}""");
        return new TokenClaims("https://issuer.example.test", "alice", DateTimeOffset.UnixEpoch, [], json.RootElement);
    }
}
