using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using PgOAuth.Samples.Development.Issuer;
using Xunit;

namespace PgOAuth.IntegrationTests.Development;

public sealed class DeviceAuthorizationTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly ManualClock _clock = new();
    private DevelopmentIssuer _issuer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await DevelopmentIssuer.StartAsync(new DevelopmentIssuerOptions { TimeProvider = _clock }, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _http.Dispose();
    }

    [Theory]
    [InlineData("alice", "db:read db:write", "db:read")]
    [InlineData("bob", "", "db:read db:write")]
    [InlineData("carol", "db:read", null)]
    public async Task Device_ThatAPersonApproves_GetsTheScopesThePersonHas(string person, string requested, string? granted)
    {
        var device = await BeginAsync(requested);
        Assert.Equal(_issuer.Issuer + "/device", device.GetProperty("verification_uri").GetString());
        Assert.Equal(1, device.GetProperty("interval").GetInt32());
        Assert.Equal("authorization_pending", await PollErrorAsync(device));

        var code = device.GetProperty("user_code").GetString()!;
        var page = await _http.GetStringAsync(device.GetProperty("verification_uri_complete").GetString(), Cancellation);
        Assert.Contains($"value=\"{person}\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await DecideAsync(code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal), person));

        _clock.Advance(TimeSpan.FromSeconds(1));
        var (status, answer) = await PollAsync(device);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Bearer", answer.GetProperty("token_type").GetString());
        var token = new JsonWebToken(answer.GetProperty("access_token").GetString());
        Assert.Equal(person, token.Subject);
        Assert.Equal("psql", token.GetClaim("client_id").Value);
        Assert.Equal(granted, token.TryGetClaim("scope", out var scope) ? scope.Value : null);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("invalid_grant", await PollErrorAsync(device));
        Assert.Equal(HttpStatusCode.BadRequest, await DecideAsync(code, "bob"));
    }

    [Fact]
    public async Task Device_ThatIsDenied_IsTold()
    {
        var device = await BeginAsync("db:read");
        await DecideAsync(device.GetProperty("user_code").GetString()!, "deny");

        Assert.Equal("access_denied", await PollErrorAsync(device));
    }

    [Fact]
    public async Task Device_ThatAsksTooOften_IsSlowedDown()
    {
        var device = await BeginAsync("db:read");

        Assert.Equal("authorization_pending", await PollErrorAsync(device));
        Assert.Equal("slow_down", await PollErrorAsync(device));
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("authorization_pending", await PollErrorAsync(device));
    }

    [Fact]
    public async Task Device_ThatNobodyApprovesInTime_Expires()
    {
        var device = await BeginAsync("db:read");
        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("expired_token", await PollErrorAsync(device));
        Assert.Equal(HttpStatusCode.BadRequest, await DecideAsync(device.GetProperty("user_code").GetString()!, "alice"));
    }

    [Fact]
    public async Task Device_OfAnotherClient_GetsNothing()
    {
        var device = await BeginAsync("db:read");
        await DecideAsync(device.GetProperty("user_code").GetString()!, "alice");

        Assert.Equal("invalid_grant", await PollErrorAsync(device, clientId: "another"));
    }

    [Theory]
    [InlineData("BCDF-GHJK", "alice")]
    [InlineData("", "alice")]
    public async Task Approval_OfAnUnknownCode_IsRefused(string code, string person)
    {
        await BeginAsync("db:read");
        Assert.Equal(HttpStatusCode.BadRequest, await DecideAsync(code, person));
    }

    [Fact]
    public async Task Approval_ByNobodyWeKnow_IsRefused()
    {
        var device = await BeginAsync("db:read");
        Assert.Equal(HttpStatusCode.BadRequest, await DecideAsync(device.GetProperty("user_code").GetString()!, "mallory"));
        Assert.Equal("authorization_pending", await PollErrorAsync(device));
    }

    [Fact]
    public async Task Page_ForAClientWithMarkupInItsName_ShowsItAsText()
    {
        var device = await BeginAsync("db:read", clientId: "<script>alert(1)</script>");
        var page = await _http.GetStringAsync(device.GetProperty("verification_uri_complete").GetString(), Cancellation);

        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    private async Task<JsonElement> BeginAsync(string scope, string clientId = "psql")
    {
        var (status, answer) = await PostAsync("/device_authorization", ("client_id", clientId), ("scope", scope));
        Assert.Equal(HttpStatusCode.OK, status);
        return answer;
    }

    private Task<(HttpStatusCode Status, JsonElement Answer)> PollAsync(JsonElement device, string clientId = "psql")
    {
        return PostAsync(
            "/token",
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", device.GetProperty("device_code").GetString()!),
            ("client_id", clientId));
    }

    private async Task<string?> PollErrorAsync(JsonElement device, string clientId = "psql")
    {
        var (status, answer) = await PollAsync(device, clientId);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        return answer.GetProperty("error").GetString();
    }

    private async Task<HttpStatusCode> DecideAsync(string userCode, string person)
    {
        using var content = new FormUrlEncodedContent([new("user_code", userCode), new("person", person)]);
        using var response = await _http.PostAsync(_issuer.Issuer + "/device", content, Cancellation);
        return response.StatusCode;
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        using var response = await _http.PostAsync(_issuer.Issuer + path, content, Cancellation);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        return (response.StatusCode, document.RootElement.Clone());
    }

    private sealed class ManualClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(60);

        public override DateTimeOffset GetUtcNow()
        {
            return _now;
        }

        public void Advance(TimeSpan time)
        {
            _now += time;
        }
    }
}
