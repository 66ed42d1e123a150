using PgOAuth.Authentication.Jwt;
using PgOAuth.Testing.Authentication;
using PgOAuth.Testing.Wire;
using Xunit;
using static PgOAuth.Testing.Wire.LoginMessages;

namespace PgOAuth.Authentication;

/// <summary>What a stranger can learn from how tokens are refused: nothing.</summary>
public sealed class TokenOracleTests
{
    [Fact]
    public async Task A43_TokensThatAreWrongInAnyWay_GetOneAnswer()
    {
        using var jwt = new JwtTestBed();
        await using var bed = await ProxyTestBed.StartAsync(
            components: code =>
            {
                code.TokenValidators.Clear();
                code.TokenValidators.Add(jwt.Validator);
            },
            plaintext: true);
        var wrong = new Dictionary<string, string>
        {
            ["no validator"] = "opaque-token",
            ["unknown issuer"] = Change(jwt.Draft(), static d => d.Payload["iss"] = "https://other.example.com"),
            ["bad signature"] = Change(jwt.Draft(), static d => d.Key = TestKey.Rsa2),
            ["cut signature"] = jwt.Draft().Build()[..^8],
            ["wrong audience"] = Change(jwt.Draft(), static d => d.Payload["aud"] = "another"),
            ["no audience"] = Change(jwt.Draft(), static d => d.Payload.Remove("aud")),
            ["unknown key"] = Change(jwt.Draft(), static d => d.Header["kid"] = "nobody"),
            ["wrong type"] = Change(jwt.Draft(), static d => d.Header["typ"] = "logout+jwt"),
            ["no algorithm"] = Change(jwt.Draft(), static d => d.Header["alg"] = "none"),
            ["no subject"] = Change(jwt.Draft(), static d => d.Payload.Remove("sub")),
            ["not yet valid"] = Change(jwt.Draft(), static d => d.Payload["nbf"] = 4_000_000_000),
            ["too long a life"] = Change(jwt.Draft(), static d => d.Payload["exp"] = 4_000_000_000),
            ["not a JWT"] = "a.b.c",
            ["expired and of a wrong signature"] = Change(jwt.Draft(), static d => (d.Payload["exp"], d.Key) = (1, TestKey.Rsa2)),
        };

        var answers = new Dictionary<WireError, string>();
        foreach (var (kind, token) in wrong)
        {
            await using var client = await bed.ConnectAsync();
            await client.SendAsync(GoodStartup);
            await client.ExpectAuthenticationAsync(3);
            await client.SendAsync(Password(token));
            answers[(await client.ExpectFatalAsync()).WithoutSession()] = kind;
        }

        var answer = Assert.Single(answers).Key;
        Assert.Equal(("28000", "the access token was not accepted"), (answer.SqlState, answer.Message));
        var records = await bed.SettleAsync(wrong.Count);
        Assert.All(records, static record => Assert.Equal("token_refused", record.Reason));
        Assert.True(records.Select(static record => record.Detail).Distinct().Count() > 5, "the audit tells them apart");

        await using var good = await bed.ConnectAsync();
        Assert.Equal('Z', (await good.LogInAsync(jwt.Draft().Build()))[^1].Type);
    }

    private static string Change(TokenDraft draft, Action<TokenDraft> change)
    {
        change(draft);
        return draft.Build();
    }
}
