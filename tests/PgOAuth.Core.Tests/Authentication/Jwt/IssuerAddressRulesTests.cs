using System.Net;
using System.Text;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

public sealed class IssuerAddressRulesTests
{
    [Theory]
    [InlineData("169.254.169.254", "Forbidden")]
    [InlineData("169.254.0.1", "Forbidden")]
    [InlineData("::ffff:169.254.169.254", "Forbidden")]
    [InlineData("64:ff9b::a9fe:a9fe", "Forbidden")]
    [InlineData("2002:a9fe:a9fe::1", "Forbidden")]
    [InlineData("2001:0:a9fe:a9fe::1", "Forbidden")]
    [InlineData("fe80::1", "Forbidden")]
    [InlineData("febf::1", "Forbidden")]
    [InlineData("fd00:ec2::254", "Forbidden")]
    [InlineData("100.100.100.200", "Forbidden")]
    [InlineData("168.63.129.16", "Forbidden")]
    [InlineData("192.0.0.192", "Forbidden")]
    [InlineData("0.0.0.0", "Forbidden")]
    [InlineData("0.1.2.3", "Forbidden")]
    [InlineData("::", "Forbidden")]
    [InlineData("::7f00:1", "Forbidden")]
    [InlineData("224.0.0.1", "Forbidden")]
    [InlineData("255.255.255.255", "Forbidden")]
    [InlineData("ff02::1", "Forbidden")]
    [InlineData("127.0.0.1", "Loopback")]
    [InlineData("127.9.9.9", "Loopback")]
    [InlineData("::1", "Loopback")]
    [InlineData("::ffff:127.0.0.1", "Loopback")]
    [InlineData("64:ff9b::7f00:1", "Loopback")]
    [InlineData("10.0.0.1", "Private")]
    [InlineData("172.16.0.1", "Private")]
    [InlineData("172.31.255.255", "Private")]
    [InlineData("192.168.1.1", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("::ffff:10.0.0.1", "Private")]
    [InlineData("fc00::1", "Private")]
    [InlineData("fd12::1", "Private")]
    [InlineData("172.32.0.1", "Public")]
    [InlineData("11.0.0.1", "Public")]
    [InlineData("93.184.215.14", "Public")]
    [InlineData("2606:2800:21f::1", "Public")]
    public void C08_Zone_IsTold(string address, string zone) =>
        Assert.Equal(Enum.Parse<NetworkZone>(zone), NetworkZones.Of(IPAddress.Parse(address)));

    [Theory]
    [InlineData("93.184.215.14", false, true, true)]
    [InlineData("93.184.215.14", true, true, false)]
    [InlineData("10.0.0.1", false, true, true)]
    [InlineData("10.0.0.1", false, false, false)]
    [InlineData("10.0.0.1", true, true, false)]
    [InlineData("127.0.0.1", false, true, true)]
    [InlineData("127.0.0.1", false, false, false)]
    [InlineData("127.0.0.1", true, true, false)]
    [InlineData("169.254.169.254", false, true, false)]
    [InlineData("169.254.169.254", true, true, false)]
    public void C08_MayConnect_FollowsTheOptions(string address, bool http, bool allowPrivate, bool expected)
    {
        var rules = new IssuerAddressRules(new IssuerOptions { Issuer = "https://x.example.com", AllowPrivateNetwork = allowPrivate });

        Assert.Equal(expected, rules.MayConnect(IPAddress.Parse(address), http));
    }

    [Theory]
    [InlineData("127.0.0.1", true, true)]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("10.0.0.1", true, false)]
    [InlineData("93.184.215.14", true, false)]
    [InlineData("169.254.169.254", true, false)]
    public void C08_HttpOnLoopback_OpensLoopbackOnly(string address, bool http, bool expected)
    {
        var rules = new IssuerAddressRules(new IssuerOptions { Issuer = "http://localhost", AllowPrivateNetwork = false, DangerousAllowHttpOnLoopback = true });

        Assert.Equal(expected, rules.MayConnect(IPAddress.Parse(address), http));
    }

    [Theory]
    [InlineData("https://login.example.com/jwks", true)]
    [InlineData("https://LOGIN.example.com/jwks", true)]
    [InlineData("https://meta.example.com/jwks", true)]
    [InlineData("https://keys.example.net/jwks", true)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://login.example.com.evil.example/jwks", false)]
    [InlineData("https://evil.example/login.example.com", false)]
    [InlineData("https://login.example.com@evil.example/jwks", false)]
    [InlineData("https://evil.example@login.example.com/jwks", false)]
    [InlineData("http://login.example.com/jwks", false)]
    [InlineData("http://127.0.0.1/jwks", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://login.example.com/", false)]
    [InlineData("/jwks", false)]
    [InlineData("//login.example.com/jwks", false)]
    [InlineData("https://login.example.com/jwks#x", false)]
    [InlineData("", false)]
    public void C08_JwksUri_MustBeOnAKnownHost(string address, bool expected)
    {
        var rules = new IssuerAddressRules(new IssuerOptions
        {
            Issuer = "https://login.example.com/",
            MetadataAddress = "https://meta.example.com/x",
            AllowedKeyHosts = { "keys.example.net" },
        });

        Assert.Equal(expected, rules.TryParseKeyAddress(address, out _));
    }

    [Theory]
    [InlineData("{\"issuer\":\"https://login.example.com/\",\"jwks_uri\":\"https://login.example.com/k\"}", true)]
    [InlineData("{\"issuer\":\"https://login.example.com\",\"jwks_uri\":\"https://login.example.com/k\"}", false)]
    [InlineData("{\"issuer\":\"https://LOGIN.example.com/\",\"jwks_uri\":\"https://login.example.com/k\"}", false)]
    [InlineData("{\"issuer\":\"https://login.example.com/x\",\"jwks_uri\":\"https://login.example.com/k\"}", false)]
    [InlineData("{\"issuer\":[\"https://login.example.com/\"],\"jwks_uri\":\"https://login.example.com/k\"}", false)]
    [InlineData("{\"jwks_uri\":\"https://login.example.com/k\"}", false)]
    [InlineData("{\"issuer\":\"https://login.example.com/\"}", false)]
    [InlineData("{\"issuer\":\"https://login.example.com/\",\"jwks_uri\":1}", false)]
    [InlineData("{\"issuer\":\"https://login.example.com/\",\"jwks_uri\":\"https://169.254.169.254/k\"}", false)]
    [InlineData("{\"issuer\":\"x\",\"issuer\":\"https://login.example.com/\",\"jwks_uri\":\"https://login.example.com/k\"}", false)]
    [InlineData("[]", false)]
    [InlineData("<html/>", false)]
    public void C08_Metadata_IsTheIssuersOwn(string text, bool expected)
    {
        var issuer = new JwtIssuer(new IssuerOptions { Issuer = "https://login.example.com/", Audiences = { "a" } });

        Assert.Equal(expected, IssuerMetadata.TryReadKeyAddress(Encoding.UTF8.GetBytes(text), issuer, out var uri, out var reason));
        Assert.Equal(expected, uri is not null);
        Assert.Equal(expected, reason is null);
    }

    [Fact]
    public void MetadataAddress_IsDerivedFromTheIssuer()
    {
        Assert.Equal("https://a.example.com/.well-known/openid-configuration", Address("https://a.example.com/"));
        Assert.Equal("https://a.example.com/t/.well-known/openid-configuration", Address("https://a.example.com/t"));

        static string Address(string issuer) => new JwtIssuer(new IssuerOptions { Issuer = issuer, Audiences = { "a" } }).MetadataAddress!.AbsoluteUri;
    }
}
