using System.Text;
using System.Text.Json;
using Xunit;

namespace PgOAuth.Authentication.Sasl;

public sealed class OAuthBearerChallengeTests
{
    [Fact]
    public void A42_Challenge_IsWordForWordWhatPostgreSql18Sends() => Assert.Equal(
        """{ "status": "invalid_token", "openid-configuration": "https://issuer.example.com/a/.well-known/openid-configuration", "scope": "openid db:read" }""",
        Text("https://issuer.example.com/a", "openid db:read"));

    [Theory]
    [InlineData("https://issuer.example.com/.well-known/openid-configuration/tenant")]
    [InlineData("https://issuer.example.com/.well-known/oauth-authorization-server")]
    public void A42_IssuerThatNamesItsDocument_IsTakenAsItIs(string issuer) =>
        Assert.Contains($"\"openid-configuration\": \"{issuer}\"", Text(issuer, "x"), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a\", \"openid-configuration\": \"https://evil.example.com\", \"x\": \"")]
    [InlineData("a\\b")]
    [InlineData("a\nb\r\tc")]
    [InlineData("a\u0001\u0000b")]
    [InlineData("ä€😀")]
    [InlineData("<script>&amp;")]
    [InlineData("}")]
    public void A42_ConfiguredValue_CannotLeaveItsString(string value)
    {
        using var json = JsonDocument.Parse(OAuthBearerChallenge.Create("https://issuer.example.com/" + value, value));

        Assert.Equal(["status", "openid-configuration", "scope"], json.RootElement.EnumerateObject().Select(static p => p.Name));
        Assert.Equal("https://issuer.example.com/" + value + "/.well-known/openid-configuration", json.RootElement.GetProperty("openid-configuration").GetString());
        Assert.Equal(value, json.RootElement.GetProperty("scope").GetString());
    }

    private static string Text(string issuer, string scope) => Encoding.UTF8.GetString(OAuthBearerChallenge.Create(issuer, scope));
}
