using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using PgOAuth.Samples.Development.Issuer;
using Xunit;

namespace PgOAuth.IntegrationTests.Development;

public sealed class DevelopmentIssuerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgoauth-issuer-");
    private readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Metadata_NamesItsIssuerAndTheDeviceGrant(string path)
    {
        await using var issuer = await DevelopmentIssuer.StartAsync(cancellationToken: Cancellation);
        var (status, document) = await GetAsync(issuer.Issuer + path);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(issuer.Issuer, document.GetProperty("issuer").GetString());
        Assert.Contains(
            "urn:ietf:params:oauth:grant-type:device_code",
            document.GetProperty("grant_types_supported").EnumerateArray().Select(each => each.GetString()));
        Assert.StartsWith(issuer.Issuer, document.GetProperty("device_authorization_endpoint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Issuer_ThatStartsAgain_HasItsNameOfBefore_AndAnotherWhileThatIsTaken()
    {
        var options = new DevelopmentIssuerOptions { KeyFolder = _folder.FullName };
        string name, token;
        await using (var first = await DevelopmentIssuer.StartAsync(options, Cancellation))
        {
            (name, token) = (first.Issuer, first.IssueToken(DevelopmentPerson.Find("bob")!));
        }

        await using var second = await DevelopmentIssuer.StartAsync(options, Cancellation);
        await using var beside = await DevelopmentIssuer.StartAsync(options, Cancellation);

        Assert.Equal(name, second.Issuer);
        Assert.Equal("bob", (await ValidateAsync(second, token)).Subject);
        Assert.NotEqual(name, beside.Issuer);
    }

    [Fact]
    public async Task Keys_HoldNothingPrivate()
    {
        await using var issuer = await DevelopmentIssuer.StartAsync(cancellationToken: Cancellation);
        var (_, document) = await GetAsync(issuer.Issuer + "/jwks");

        var members = document.GetProperty("keys").EnumerateArray().SelectMany(key => key.EnumerateObject()).Select(member => member.Name).Distinct();
        Assert.Equal(["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"], members.Order());
    }

    [Theory]
    [InlineData(DevelopmentSigningAlgorithm.Rs256, "RS256")]
    [InlineData(DevelopmentSigningAlgorithm.Es256, "ES256")]
    public async Task Token_OfAPerson_IsValidUnderThePublishedKeys(DevelopmentSigningAlgorithm algorithm, string name)
    {
        await using var issuer = await DevelopmentIssuer.StartAsync(cancellationToken: Cancellation);
        var bob = DevelopmentPerson.Find("bob")!;
        var token = await ValidateAsync(issuer, issuer.IssueToken(DevelopmentTokenRequest.For(bob) with { Algorithm = algorithm }));

        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal(name, token.Alg);
        Assert.Equal("bob", token.Subject);
        Assert.Equal("db:read db:write", token.GetClaim("scope").Value);
        Assert.Equal("engineers", token.GetClaim("groups").Value);
        using var payload = JsonDocument.Parse(Base64UrlEncoder.Decode(token.EncodedPayload));
        Assert.Equal(JsonValueKind.Array, payload.RootElement.GetProperty("groups").ValueKind);
        Assert.NotEmpty(token.Id);
        Assert.Equal(TimeSpan.FromHours(1), token.ValidTo - token.IssuedAt);
    }

    [Fact]
    public async Task Token_WithClaimsReplacedAndRemoved_SaysJustThat()
    {
        await using var issuer = await DevelopmentIssuer.StartAsync(cancellationToken: Cancellation);
        var token = new JsonWebToken(issuer.IssueToken(new DevelopmentTokenRequest
        {
            Subject = "alice",
            TokenType = "JWT",
            IssuedAtOffset = TimeSpan.FromHours(-2),
            Claims = new Dictionary<string, object?> { ["aud"] = new[] { "one", "two" }, ["jti"] = null, ["tenant"] = "north", ["level"] = 3 },
        }));

        Assert.Equal("JWT", token.Typ);
        Assert.Equal(["one", "two"], token.Audiences);
        Assert.False(token.TryGetClaim("jti", out _));
        Assert.False(token.TryGetClaim("scope", out _));
        Assert.Equal("north", token.GetClaim("tenant").Value);
        Assert.Equal("3", token.GetClaim("level").Value);
        Assert.True(token.ValidTo < DateTime.UtcNow);
    }

    [Fact]
    public async Task Keys_OfAFolder_AreKeptPrivatelyAndSharedBetweenRuns()
    {
        string before;
        await using (var first = await StartInFolderAsync())
        {
            before = first.IssueToken(DevelopmentPerson.All[0]);
        }

        await using var second = await StartInFolderAsync();
        await ValidateAsync(second, before, validateIssuer: false);
        var beside = DevelopmentTokenIssuer.Open(keyFolder: _folder.FullName);
        Assert.Equal(second.Issuer, beside.Issuer);
        await ValidateAsync(second, beside.IssueToken(DevelopmentTokenRequest.For(DevelopmentPerson.All[0])));
        var files = _folder.GetFiles("*.pem");
        Assert.Equal(["es256-0001.pem", "rs256-0001.pem"], files.Select(file => file.Name).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rotation_ByAnotherIssuerOfTheFolder_KeepsOldTokensOnlyWhenAsked(bool keepOld)
    {
        await using var issuer = await StartInFolderAsync();
        var old = issuer.IssueToken(DevelopmentPerson.All[0]);
        await using (var other = await StartInFolderAsync())
        {
            await other.RotateKeysAsync(keepOld, Cancellation);
        }

        var fresh = issuer.IssueToken(DevelopmentPerson.All[0]);
        Assert.NotEqual(new JsonWebToken(old).Kid, new JsonWebToken(fresh).Kid);
        await ValidateAsync(issuer, fresh);
        Assert.Equal(keepOld, (await TryValidateAsync(issuer, old)).IsValid);
    }

    [Fact]
    public async Task OpenWithoutAnIssuer_BeforeOneRan_IsRefused()
    {
        await using var issuer = await DevelopmentIssuer.StartAsync(cancellationToken: Cancellation);
        Assert.Throws<InvalidOperationException>(() => DevelopmentTokenIssuer.Open(keyFolder: _folder.FullName));
    }

    [Fact]
    public async Task ClientCredentials_OfARegisteredClient_GiveAToken()
    {
        var client = new DevelopmentClient("nightly", "nightly-secret", ["jobs"], ["db:read", "db:write"]);
        await using var issuer = await DevelopmentIssuer.StartAsync(new DevelopmentIssuerOptions { Clients = [client] }, Cancellation);

        var (status, answer) = await PostAsync(
            issuer.Issuer + "/token", ("grant_type", "client_credentials"), ("client_id", "nightly"), ("client_secret", "nightly-secret"), ("scope", "db:read"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Bearer", answer.GetProperty("token_type").GetString());
        var token = await ValidateAsync(issuer, answer.GetProperty("access_token").GetString()!);
        Assert.Equal("nightly", token.Subject);
        Assert.Equal("db:read", token.GetClaim("scope").Value);

        using var basic = new HttpRequestMessage(HttpMethod.Post, issuer.Issuer + "/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            Headers = { { "Authorization", "Basic " + Convert.ToBase64String("nightly:nightly-secret"u8) } },
        };
        using var response = await _http.SendAsync(basic, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("nightly", "wrong", "db:read", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("nightly", "", "db:read", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("stranger", "nightly-secret", "db:read", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("stranger", "", "db:read", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("nightly", "nightly-secret", "db:admin", HttpStatusCode.BadRequest, "invalid_scope")]
    public async Task ClientCredentials_ThatAreWrong_AreRefused(string id, string secret, string scope, HttpStatusCode expected, string error)
    {
        var client = new DevelopmentClient("nightly", "nightly-secret", [], ["db:read"]);
        await using var issuer = await DevelopmentIssuer.StartAsync(new DevelopmentIssuerOptions { Clients = [client] }, Cancellation);
        var (status, answer) = await PostAsync(
            issuer.Issuer + "/token", ("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret), ("scope", scope));

        Assert.Equal(expected, status);
        Assert.Equal(error, answer.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("grant_type=client_credentials&client_id=a&client_id=b", "application/x-www-form-urlencoded", "invalid_request")]
    [InlineData("{}", "application/json", "invalid_request")]
    [InlineData("grant_type=password&client_id=a", "application/x-www-form-urlencoded", "unsupported_grant_type")]
    [InlineData("grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=a&device_code=x", "application/x-www-form-urlencoded", "invalid_grant")]
    public async Task TokenRequest_ThatIsMalformed_IsRefused(string body, string contentType, string error)
    {
        await using var issuer = await DevelopmentIssuer.StartAsync(cancellationToken: Cancellation);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, contentType);
        using var response = await _http.PostAsync(issuer.Issuer + "/token", content, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(error, answer.RootElement.GetProperty("error").GetString());
    }

    private Task<DevelopmentIssuer> StartInFolderAsync()
    {
        return DevelopmentIssuer.StartAsync(new DevelopmentIssuerOptions { KeyFolder = _folder.FullName }, Cancellation);
    }

    private async Task<JsonWebToken> ValidateAsync(DevelopmentIssuer issuer, string token, bool validateIssuer = true)
    {
        var result = await TryValidateAsync(issuer, token, validateIssuer);
        Assert.True(result.IsValid, result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }

    private async Task<TokenValidationResult> TryValidateAsync(DevelopmentIssuer issuer, string token, bool validateIssuer = true)
    {
        var keys = new JsonWebKeySet(await _http.GetStringAsync(issuer.Issuer + "/jwks", Cancellation));
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidateIssuer = validateIssuer,
            ValidAudience = issuer.Audience,
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidTypes = ["at+jwt"],
        });
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> GetAsync(string url)
    {
        using var response = await _http.GetAsync(url, Cancellation);
        return await ReadAsync(response);
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string url, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        using var response = await _http.PostAsync(url, content, Cancellation);
        return await ReadAsync(response);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        return (response.StatusCode, document.RootElement.Clone());
    }
}
