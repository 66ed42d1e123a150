using PgOAuth.Options;
using PgOAuth.Samples.Terminal.Commands;
using PgOAuth.Samples.Terminal.Database;
using PgOAuth.Samples.Terminal.Serving;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

public sealed class ConsoleArgumentTests
{
    [Theory]
    [InlineData("groups=analysts:analyst", "groups", "analysts", "analyst")]
    [InlineData("roles=urn:example:dba:admin", "roles", "urn:example:dba", "admin")]
    [InlineData("/realm_access/roles=a=b:reader", "/realm_access/roles", "a=b", "reader")]
    public void RoleMap_OfClaimValueRole_IsReadWithColonsInTheValue(string text, string claim, string value, string role)
    {
        var map = Arguments.RoleMap(text);
        Assert.Equal((claim, value, role), (map.Claim, map.Value, map.Role));
    }

    [Theory]
    [InlineData("")]
    [InlineData("groups")]
    [InlineData("=a:b")]
    [InlineData("groups=:b")]
    [InlineData("groups=a:")]
    [InlineData("groups=a")]
    public void RoleMap_ThatIsIncomplete_IsRefused(string text)
    {
        Assert.Throws<FormatException>(() => Arguments.RoleMap(text));
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("10m", 600)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    public void Duration_WithAUnit_IsRead(string text, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Arguments.Duration(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("0m")]
    [InlineData("-1m")]
    [InlineData("10")]
    [InlineData("10w")]
    [InlineData("99999999999d")]
    public void Duration_Otherwise_IsRefused(string text)
    {
        Assert.Throws<FormatException>(() => Arguments.Duration(text));
    }

    [Theory]
    [InlineData("localhost:6432", true)]
    [InlineData("127.0.0.2:0", true)]
    [InlineData("[::1]:6432", true)]
    [InlineData("0.0.0.0:6432", false)]
    [InlineData("*:6432", false)]
    [InlineData("[::]:6432", false)]
    public void ListenAddress_IsReadAndKnownAsLoopbackOrNot(string text, bool loopback)
    {
        Assert.Equal(text, Arguments.ListenAddress(text));
        Assert.Equal(loopback, Arguments.IsLoopback(text));
    }

    [Theory]
    [InlineData("6432")]
    [InlineData(":6432")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:")]
    [InlineData("db.example.com:6432")]
    public void ListenAddress_Otherwise_IsRefused(string text)
    {
        Assert.Throws<FormatException>(() => Arguments.ListenAddress(text));
    }

    [Fact]
    public void Choices_AreReadByNameInAnyCase()
    {
        Assert.Equal(TransportKind.Loop, Arguments.Transport("loop"));
        Assert.Equal(PoolMode.Transaction, Arguments.Pool("Transaction"));
        Assert.Equal(TokenExchange.OAuthBearer, Arguments.Exchange("oauthbearer"));
        Assert.Equal(GateMode.Observe, Arguments.Gate("observe"));
        Assert.All(["1", "", "loop,socket", "epoll"], static text => Assert.Throws<FormatException>(() => Arguments.Transport(text)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("99999999999")]
    public void Count_ThatIsNone_IsRefused(string text)
    {
        Assert.Throws<FormatException>(() => Arguments.Count(text));
    }

    [Fact]
    public void EngineFlags_AreSetOnTheOptions_AndMaxConnectionsRaisesEveryCap()
    {
        var said = new ServeSettings
        {
            Listen = "127.0.0.1:0",
            Plaintext = true,
            Issuer = "http://localhost/",
            Audience = "postgres",
            Upstream = UpstreamAddress.Parse("Host=127.0.0.1;Username=s"),
            Maps = [new RoleMapOptions { Claim = "groups", Value = "a", Role = "a" }],
            Transport = TransportKind.Socket,
            Loops = 3,
            Pool = PoolMode.Session,
            PoolSize = 7,
            MaxConnections = 12_000,
        };
        var options = new PgOAuthProxyOptions();
        new ProxySettings(said, file: null).ApplyTo(options, ServeEnvironment.Nothing);

        Assert.Equal((TransportKind.Socket, 3, PoolMode.Session, 7), (options.Transport.Kind, options.Transport.Loops, options.Pool.Mode, options.Pool.Size));
        Assert.Equal((12_000, 12_000, 24_000), (options.Limits.MaxConnections, options.Limits.MaxConnectionsPerAddress, options.Limits.MaxUnauthenticatedConnections));
    }

    [Theory]
    [InlineData(true, null, null, GateMode.Off, null)]
    [InlineData(true, GateMode.Off, null, GateMode.Off, null)]
    [InlineData(true, GateMode.Observe, null, GateMode.Observe, "demo-policy.json")]
    [InlineData(true, GateMode.Enforce, null, GateMode.Enforce, "demo-policy.json")]
    [InlineData(true, GateMode.Enforce, "mine.json", GateMode.Enforce, "mine.json")]
    [InlineData(true, null, "mine.json", GateMode.Enforce, "mine.json")]
    [InlineData(false, null, null, GateMode.Off, null)]
    [InlineData(false, GateMode.Enforce, null, GateMode.Enforce, null)]
    [InlineData(false, GateMode.Observe, "mine.json", GateMode.Observe, "mine.json")]
    [InlineData(false, GateMode.Off, "mine.json", GateMode.Off, "mine.json")]
    public void Gate_AndPolicy_AreSet_AndTheDemonstrationHasItsOwn(bool embedded, GateMode? gate, string? policy, GateMode mode, string? file)
    {
        var said = new ServeSettings
        {
            Upstream = embedded ? null : UpstreamAddress.Parse("Host=127.0.0.1;Username=s"),
            Maps = [new RoleMapOptions { Claim = "groups", Value = "a", Role = "a" }],
            Issuer = "https://login.example.com/",
            Audience = "postgres",
            Gate = gate,
            Policy = policy,
        };
        var options = new PgOAuthProxyOptions();
        new ProxySettings(said, file: null).ApplyTo(options, ServeEnvironment.Nothing);

        Assert.Equal((mode, file), (options.Enforcement.Mode, Path.GetFileName(options.Enforcement.PolicyFile)));
    }

    [Fact]
    public void Policy_OfTheCommandLine_ReplacesThatOfTheFile()
    {
        var said = new ServeSettings { Issuer = "https://login.example.com/", Audience = "postgres", Policy = "mine.json" };
        var options = new PgOAuthProxyOptions();
        options.Enforcement.Mode = GateMode.Observe;
        options.Enforcement.Policy.AddScope("s", static s => s.Select("a.b")).ForEverybody(static s => s.Select("a.b").DenyFunctions("a.f"));
        options.Enforcement.Policy.Defaults.Metadata = false;
        new ProxySettings(said, file: null).ApplyTo(options, ServeEnvironment.Nothing);

        Assert.Equal((GateMode.Observe, Path.GetFullPath("mine.json")), (options.Enforcement.Mode, options.Enforcement.PolicyFile));
        Assert.Empty(options.Enforcement.Policy.Scopes);
        Assert.Empty(options.Enforcement.Policy.Deny);
        Assert.Empty(options.Enforcement.Policy.Defaults.Allow);
        Assert.True(options.Enforcement.Policy.Defaults.Metadata);
    }

    [Fact]
    public void DemoPolicy_HasNoMistakes()
    {
        var mistakes = new List<string>();
        var policy = LoadedPolicy.Load(new EnforcementOptions { PolicyFile = DemoSql.PolicyFile }, mistakes);

        Assert.Empty(mistakes);
        Assert.Equal(["db:admin", "db:read", "db:write"], policy!.Options.Scopes.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Upstream_SaysNothingThatIsLost()
    {
        var server = new UpstreamServerOptions();
        UpstreamAddress.Parse("Host=db.example.com;Port=5433;Username=s;Password=p;SSL Mode=VerifyFull;Root Certificate=ca.crt;Channel Binding=Require;SSL Negotiation=Direct;Timeout=7").ApplyTo(server);

        Assert.Equal(("db.example.com", 5433, "p", "ca.crt"), (server.Host, server.Port, server.Password, server.RootCertificatePath));
        Assert.Equal((ChannelBindingMode.Require, UpstreamTlsNegotiation.Direct, TimeSpan.FromSeconds(7)), (server.ChannelBinding, server.TlsNegotiation, server.ConnectTimeout));
        var unsaid = new UpstreamServerOptions();
        UpstreamAddress.Parse("Host=db.example.com;Username=s").ApplyTo(unsaid);
        Assert.Equal((ChannelBindingMode.Prefer, UpstreamTlsNegotiation.SslRequest, TimeSpan.FromSeconds(15)), (unsaid.ChannelBinding, unsaid.TlsNegotiation, unsaid.ConnectTimeout));
        Assert.Throws<FormatException>(() => UpstreamAddress.Parse("Host=db.example.com;Username=s;SSL Key=client.key"));
    }

    [Fact]
    public void Invitation_OfASocket_NamesItsPort()
    {
        var options = new PgOAuthProxyOptions();
        options.Listen("127.0.0.1", 0);

        Assert.Contains("\"host=/run/pgoauth port=6000 dbname=demo ", Invite("/run/pgoauth/.s.PGSQL.6000"), StringComparison.Ordinal);
        Assert.Contains("only sockets whose file is named .s.PGSQL.PORT", Invite("/run/pgoauth/proxy"), StringComparison.Ordinal);

        string Invite(string path) => new Invitation(ServeEnvironment.Nothing, options, new System.Net.Sockets.UnixDomainSocketEndPoint(path), "demo").ToString();
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Username=s", UpstreamTlsMode.Disable)]
    [InlineData("Host=/run/postgresql;Username=s", UpstreamTlsMode.Disable)]
    [InlineData("Host=db.example.com;Username=s", UpstreamTlsMode.VerifyFull)]
    [InlineData("Host=db.example.com;Username=s;SSL Mode=Prefer", UpstreamTlsMode.VerifyFull)]
    [InlineData("Host=db.example.com;Username=s;SSL Mode=VerifyCA", UpstreamTlsMode.VerifyCa)]
    [InlineData("Host=db.example.com;Username=s;SSL Mode=Disable", UpstreamTlsMode.Disable)]
    public void Upstream_TlsMode_IsStrictUnlessLocalOrSaid(string text, UpstreamTlsMode mode)
    {
        var server = new UpstreamServerOptions();
        UpstreamAddress.Parse(text).ApplyTo(server);
        Assert.Equal(mode, server.TlsMode);
        Assert.Equal("s", server.Username);
    }
}
