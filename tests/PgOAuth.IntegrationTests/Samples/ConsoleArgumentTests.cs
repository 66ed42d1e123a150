using PgOAuth.Options;
using PgOAuth.Samples.Terminal.Commands;
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
