using PgOAuth.Authentication;
using PgOAuth.Upstream;
using Xunit;

namespace PgOAuth.Options;

public sealed class PgOAuthProxyOptionsValidatorTests
{
    [Fact]
    public void EmptyOptions_AreRefused_WithEveryThingThatIsNeeded()
    {
        Assert.Equal(
            """
            PgOAuth cannot start. Its settings have 4 mistakes:
            - Endpoints: at least one endpoint is needed, such as { "Address": "localhost:6432" }.
            - Authentication:Issuers: at least one issuer is needed, or a validator added in code.
            - Authorization:RoleMap: at least one rule is needed, or a role mapper in code; otherwise no token becomes a role.
            - Upstream:Servers: at least one server is needed, such as "main": { "Host": "localhost", "Username": "pgoauth_service" }.
            """,
            Describe(new PgOAuthProxyOptions()));
    }

    [Fact]
    public void GoodOptions_HaveNoMistake()
    {
        Assert.Empty(ProxyCompilation.FindMistakes(Good(), new PgOAuthProxyComponents()));
    }

    [Fact]
    public void EveryMistake_IsNamedAtOnce()
    {
        var options = MistakenOptions.Create();

        Assert.Equal(MistakenOptions.Text, Describe(options));
    }

    [Fact]
    public void Constructor_WithMistakes_ThrowsTheWholeText()
    {
        var error = Assert.Throws<ArgumentException>(() => new PgOAuthProxy(new PgOAuthProxyOptions(), name: "tenants"));

        Assert.StartsWith("PgOAuth proxy \"tenants\" cannot start. Its settings have 4 mistakes:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CodeOfTheHost_ReplacesWhatTheConfigurationLacks()
    {
        var options = Good();
        options.Authentication.Issuers.Clear();
        options.Authorization.RoleMap.Clear();
        options.Upstream.Servers["main"].Username = null;
        options.Upstream.Servers["other"] = new UpstreamServerOptions { Host = "localhost" };
        Assert.Equal(5, ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()).Count);

        var components = new PgOAuthProxyComponents { UpstreamRouter = new NoRouter(), UpstreamCredentials = new NoCredentials() };
        components.TokenValidators.Add(new NoValidator());
        components.RoleMappers.Add(new NoMapper());
        Assert.Empty(ProxyCompilation.FindMistakes(options, components));
    }

    [Theory]
    [InlineData(TokenExchange.OAuthBearer)]
    [InlineData(TokenExchange.Both)]
    public void OAuthBearer_WithoutAnIssuerToNameToClients_IsRefused(TokenExchange exchange)
    {
        var options = Good();
        options.Authentication.Issuers.Clear();
        options.Endpoints[0].TokenExchange = exchange;
        var components = new PgOAuthProxyComponents();
        components.TokenValidators.Add(new NoValidator());

        Assert.Equal(
            ["Authentication:DiscoveryIssuer: is missing; OAUTHBEARER tells clients which issuer to ask, and Authentication:Issuers names none."],
            ProxyCompilation.FindMistakes(options, components));

        options.Authentication.DiscoveryIssuer = "https://login.example.com";
        Assert.Empty(ProxyCompilation.FindMistakes(options, components));

        options.Authentication.DiscoveryIssuer = "http://login.example.com";
        Assert.Equal(
            ["Authentication:DiscoveryIssuer: must be an absolute https URL without user, query and fragment."],
            ProxyCompilation.FindMistakes(options, components));
    }

    [Fact]
    public void ClientCertificate_RequiredBesidePlaintext_IsRefused()
    {
        using var certificate = TestCertificate();
        var options = Good();
        options.Endpoints[0].Tls.UseCertificate(certificate);
        options.Endpoints[0].Tls.ClientCertificate = ClientCertificateMode.Required;
        options.Endpoints[0].Tls.ClientCertificateAuthorityPath = typeof(PgOAuthProxyOptionsValidatorTests).Assembly.Location;

        Assert.Equal(
            ["Endpoints:0:Tls:ClientCertificate: cannot be Required where DangerousAllowTokensWithoutTls lets clients in without TLS."],
            ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
    }

    [Theory]
    [InlineData("https://issuer.example", false, true)]
    [InlineData("https://issuer.example:8443/realms/a/", false, true)]
    [InlineData("http://127.0.0.1:5000", true, true)]
    [InlineData("http://localhost:5000", true, true)]
    [InlineData("http://127.0.0.1:5000", false, false)]
    [InlineData("http://issuer.example", true, false)]
    [InlineData("https://user@issuer.example", false, false)]
    [InlineData("https://issuer.example/?tenant=a", false, false)]
    [InlineData("https://issuer.example/#a", false, false)]
    [InlineData(" https://issuer.example", false, false)]
    [InlineData("issuer.example", false, false)]
    [InlineData("/issuer", false, false)]
    [InlineData("ftp://issuer.example", false, false)]
    public void Issuer_IsAnHttpsUrl(string issuer, bool allowHttp, bool isGood)
    {
        var options = Good();
        options.Authentication.Issuers[0].Issuer = issuer;
        options.Authentication.Issuers[0].JwksUri = "https://issuer.example/keys";
        options.Authentication.Issuers[0].DangerousAllowHttpOnLoopback = allowHttp;

        Assert.Equal(isGood, ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()).Count == 0);
    }

    [Theory]
    [InlineData("role", false)]
    [InlineData("ROLE", false)]
    [InlineData("session_authorization", false)]
    [InlineData("backslash_quote", false)]
    [InlineData("pgoauth.sub", false)]
    [InlineData("user", false)]
    [InlineData("database", false)]
    [InlineData("options", false)]
    [InlineData("replication", false)]
    [InlineData("_pq_.x", false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("search_path", true)]
    [InlineData("myapp.tenant", true)]
    public void AllowedStartupParameters_NeverOpenTheIdentity(string name, bool isGood)
    {
        var options = Good();
        options.Upstream.AllowedStartupParameters.Add(name);

        Assert.Equal(isGood, ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()).Count == 0);
    }

    [Fact]
    public void AdminDatabase_ThatARouteLeadsTo_IsRefused_UnlessThereIsNone()
    {
        var options = Good();
        options.Upstream.Routes.Add(new RouteOptions { Database = "pgoauth", Server = "main" });
        Assert.Empty(ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));

        options.Admin.Scope = "db:admin";
        Assert.Equal(
            ["Upstream:Routes:0:Database: is the admin database, so the route would never be used; change Admin:Database."],
            ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()));
    }

    internal static PgOAuthProxyOptions Good()
    {
        var options = new PgOAuthProxyOptions().Listen("127.0.0.1", 0, static endpoint => endpoint.DangerousAllowTokensWithoutTls = true);
        options.Authentication.Issuers.Add(new IssuerOptions { Issuer = "https://issuer.example", Audiences = { "postgres" } });
        options.Authorization.RoleMap.Add(new RoleMapOptions { Claim = "groups", Value = "analysts", Role = "analyst" });
        options.Upstream.Servers.Add("main", new UpstreamServerOptions { Host = "localhost", Username = "service" });
        return options;
    }

    private static System.Security.Cryptography.X509Certificates.X509Certificate2 TestCertificate()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private static string Describe(PgOAuthProxyOptions options) =>
        PgOAuthProxyOptionsValidator.Describe(ProxyCompilation.FindMistakes(options, new PgOAuthProxyComponents()), "");

    private sealed class NoValidator : ITokenValidator
    {
        public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken) => default;
    }

    private sealed class NoMapper : Authorization.IRoleMapper
    {
        public ValueTask<Authorization.RoleMapping> MapAsync(Authorization.RoleMappingContext context, CancellationToken cancellationToken) => default;
    }

    private sealed class NoRouter : IUpstreamRouter
    {
        public ValueTask<UpstreamRoute> RouteAsync(UpstreamRoutingContext context, CancellationToken cancellationToken) => default;
    }

    private sealed class NoCredentials : IUpstreamCredentialProvider
    {
        public ValueTask<UpstreamCredential> GetAsync(UpstreamCredentialContext context, CancellationToken cancellationToken) => default;
    }
}
