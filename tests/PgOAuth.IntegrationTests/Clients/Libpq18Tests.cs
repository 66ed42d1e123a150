using PgOAuth.Auditing;
using PgOAuth.IntegrationTests.Clients.Libpq;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>libpq 18: OAUTHBEARER through its hook, protocol 3.2, direct TLS, encrypted cancel requests.</summary>
public sealed class Libpq18Tests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    // libpq takes https issuers only, and the development issuer has no TLS: a second issuer with the same keys is announced.
    private const string Announced = "https://login.example.test/tenant";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task OAuthBearer_WithAHook_LogsInAfterDiscovery(int major)
    {
        await using var proxy = await StartAsync(major);
        using var connection = await LibpqConnection.OpenAsync(OAuth(proxy) + " require_auth=oauth", proxy.EngineerToken());

        Assert.Equal("engineer", await connection.ScalarAsync("select current_user"));
        var request = Assert.Single(connection.Requests);
        Assert.Equal(Announced + "/.well-known/openid-configuration", request.OpenIdConfiguration);
        Assert.Equal("db:read db:write", request.Scope);
        Assert.Equal("TLSv1.3", connection.SslAttribute("protocol"));

        // The discovery connection is not a failed login.
        var records = await proxy.Audit.WaitForAsync(2, Cancellation);
        Assert.Equal([AuditVerdict.Abandoned, AuditVerdict.Allowed], records.Select(static record => record.Verdict));
        Assert.Equal("no_token", records[0].Reason);
    }

    [Fact]
    public async Task OAuthBearer_WithAWrongToken_IsRefusedWithASentence()
    {
        await using var proxy = await StartAsync(18);
        foreach (var token in new[] { "wrong", proxy.ExpiredToken() })
        {
            var refused = await Assert.ThrowsAsync<LibpqException>(() => LibpqConnection.OpenAsync(OAuth(proxy), token));
            Assert.Contains("FATAL:  the access token", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(token, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OAuthBearer_OfAnotherRole_IsRefused()
    {
        await using var proxy = await StartAsync(18);
        var refused = await Assert.ThrowsAsync<LibpqException>(() => LibpqConnection.OpenAsync(OAuth(proxy), proxy.AnalystToken()));

        Assert.Contains("the access token does not give the role \"engineer\"", refused.Message, StringComparison.Ordinal);
        Assert.Contains("HINT:  Connect as: analyst.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.0", 30000)]
    [InlineData("3.2", 30002)]
    [InlineData("latest", 30002)]
    public async Task Protocol_AsWished_CancelsOverTls(string version, int expected)
    {
        foreach (var major in new[] { 15, 18 })
        {
            var proxy = await proxies.GetAsync(major);
            using var connection = await LibpqConnection.OpenAsync(
                $"{proxy.ForLibpq()} password={proxy.EngineerToken()} max_protocol_version={version}", "not asked for");
            Assert.Equal(expected, connection.ProtocolVersion);

            connection.Send($"select pg_sleep(115) /* {version} */");
            await Backends.WaitUntilActiveAsync(proxy, $"%pg_sleep(115) /* {version} */%", Cancellation);
            await connection.CancelAsync();
            var cancelled = await Assert.ThrowsAsync<LibpqException>(connection.ResultAsync);
            Assert.Equal("57014", cancelled.SqlState);
            Assert.Equal("1", await connection.ScalarAsync("select 1"));
        }
    }

    [Fact]
    public async Task DirectTls_IsTaken()
    {
        var proxy = await proxies.GetAsync(18);
        using var connection = await LibpqConnection.OpenAsync($"{proxy.ForLibpq()} password={proxy.EngineerToken()} sslnegotiation=direct", "not asked for");

        Assert.Equal("engineer", await connection.ScalarAsync("select current_user"));
        Assert.Equal("postgresql", connection.SslAttribute("alpn"));
    }

    [Theory]
    [InlineData(TokenExchange.OAuthBearer)]
    [InlineData(TokenExchange.Password)]
    public async Task A38_ChannelBindingRequired_FailsClearly(TokenExchange exchange)
    {
        await using var proxy = await StartAsync(18, exchange);
        var refused = await Assert.ThrowsAsync<LibpqException>(
            () => LibpqConnection.OpenAsync($"{OAuth(proxy)} password=x channel_binding=require", proxy.EngineerToken()));

        Assert.Contains("channel binding", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireAuth_OfTheOtherKind_StopsTheClientBeforeItShowsAToken()
    {
        await using var bearer = await StartAsync(18);
        var wantsPassword = await Assert.ThrowsAsync<LibpqException>(
            () => LibpqConnection.OpenAsync($"{OAuth(bearer)} password=x require_auth=password", bearer.EngineerToken()));
        Assert.Contains("authentication method requirement \"password\" failed", wantsPassword.Message, StringComparison.Ordinal);
        await using var password = await StartAsync(18, TokenExchange.Password);
        var wantsOAuth = await Assert.ThrowsAsync<LibpqException>(
            () => LibpqConnection.OpenAsync($"{OAuth(password)} password=x require_auth=oauth", password.EngineerToken()));
        Assert.Contains("authentication method requirement \"oauth\" failed", wantsOAuth.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndpointThatTakesBoth_UsesWhatTheClientNames()
    {
        await using var proxy = await StartAsync(18, TokenExchange.Both);
        using var password = await LibpqConnection.OpenAsync($"{proxy.ForLibpq()} password={proxy.EngineerToken()} require_auth=password", "not asked for");
        Assert.Empty(password.Requests);
        using var bearer = await LibpqConnection.OpenAsync(
            $"{OAuth(proxy)} require_auth=oauth options='-c pgoauth.exchange=oauthbearer'", proxy.EngineerToken());
        Assert.Equal("engineer", await bearer.ScalarAsync("select current_user"));
    }

    private static string OAuth(ProxyHost proxy) => $"{proxy.ForLibpq()} oauth_issuer={Announced} oauth_client_id=test";

    private async Task<ProxyHost> StartAsync(int major, TokenExchange exchange = TokenExchange.OAuthBearer)
    {
        var issuer = await proxies.Shared.IssuerAsync();
        return await proxies.Shared.StartProxyAsync(
            major,
            new ProxyHostOptions
            {
                Exchange = exchange,
                Database = await proxies.DatabaseAsync(major),
                Configure = options =>
                {
                    var announced = new IssuerOptions { Issuer = Announced, JwksUri = issuer.Issuer + "/jwks", DangerousAllowHttpOnLoopback = true };
                    announced.Audiences.Add(issuer.Audience);
                    options.Authentication.Issuers.Add(announced);
                    options.Authentication.DiscoveryIssuer = Announced;
                    options.Authentication.DiscoveryScope = "db:read db:write";
                },
            },
            Cancellation);
    }
}
