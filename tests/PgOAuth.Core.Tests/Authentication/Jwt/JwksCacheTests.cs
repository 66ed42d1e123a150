using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Testing.Authentication;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

public sealed class JwksCacheTests
{
    [Fact]
    public async Task C06_FirstLogins_ShareOneFetch()
    {
        using var bed = new JwtTestBed();
        var gate = new TaskCompletionSource();
        bed.Issuer.Answer = async (request, _) =>
        {
            await gate.Task;
            return FakeIssuer.Response(FakeIssuer.IsMetadata(request) ? bed.Issuer.Metadata.ToJsonString() : bed.Issuer.KeySetText());
        };

        var logins = Enumerable.Range(0, 50).Select(i => bed.LoginAsync(Numbered(bed, i))).ToArray();
        await bed.UntilAsync(() => bed.Issuer.Requests.Count == 1);
        gate.SetResult();

        Assert.All(await Task.WhenAll(logins), r => Assert.True(r.IsValid, r.LogDetail));
        Assert.Equal(1, bed.Issuer.KeyRequests);
    }

    [Fact]
    public async Task C06_TenThousandRandomKids_CauseOneFetchPerInterval_AndGoodLoginsGoOn()
    {
        using var bed = new JwtTestBed(o => o.KeyRefreshInterval = TimeSpan.FromHours(1));
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        Assert.Equal(1, bed.Issuer.KeyRequests);

        for (var interval = 1; interval <= 3; interval++)
        {
            bed.Time.Advance(TimeSpan.FromSeconds(30));
            await Parallel.ForAsync(0, 10_000, async (i, _) =>
            {
                var result = await bed.ValidateAsync(WithKid(bed, $"{interval}-{i}"));
                Assert.Equal(TokenFailure.UnknownKey, result.Failure);
            });
            Assert.Equal(1 + interval, bed.Issuer.KeyRequests);
            Assert.True((await bed.LoginAsync(Numbered(bed, interval))).IsValid);
            Assert.Equal(1 + interval, bed.Issuer.KeyRequests);
        }
    }

    [Fact]
    public async Task C06_GoodLogins_DoNotWait_ForAFetchThatAnUnknownKidStarted()
    {
        using var bed = new JwtTestBed();
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        var gate = Hang(bed);

        var unknown = bed.LoginAsync(WithKid(bed, "new"));
        await bed.UntilAsync(() => bed.Issuer.Requests.Count == 3);
        Assert.True((await bed.LoginAsync(Numbered(bed, 1))).IsValid);
        Assert.False(unknown.IsCompleted);
        gate.SetResult();
        Assert.Equal(TokenFailure.UnknownKey, (await unknown).Failure);
    }

    [Fact]
    public async Task C06_OneUnknownKid_AgainAndAgain_DoesNotUseEveryInterval()
    {
        using var bed = new JwtTestBed(o => o.KeyRefreshInterval = TimeSpan.FromHours(1));
        await bed.LoginAsync(bed.Draft().Build());
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        await bed.LoginAsync(WithKid(bed, "old"));
        Assert.Equal(2, bed.Issuer.KeyRequests);

        bed.Time.Advance(TimeSpan.FromSeconds(45));
        await bed.LoginAsync(WithKid(bed, "old"));
        Assert.Equal(2, bed.Issuer.KeyRequests);
        bed.Time.Advance(TimeSpan.FromSeconds(15));
        await bed.LoginAsync(WithKid(bed, "old"));
        Assert.Equal(3, bed.Issuer.KeyRequests);
    }

    [Fact]
    public async Task C09_UnknownKid_DuringAnOutage_IsAskedForAgain()
    {
        using var bed = new JwtTestBed();
        await bed.LoginAsync(bed.Draft().Build());
        Break(bed.Issuer, "503");
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TokenFailure.UnknownKey, (await bed.LoginAsync(bed.Draft(TestKey.Rsa2).Build())).Failure);

        bed.Issuer.Answer = null;
        bed.Issuer.Publish(TestKey.Rsa1, TestKey.Rsa2);
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await bed.LoginAsync(bed.Draft(TestKey.Rsa2).Build())).IsValid);
    }

    [Fact]
    public async Task Rotation_NewKey_IsFoundByItsFirstToken()
    {
        using var bed = new JwtTestBed();
        await bed.LoginAsync(bed.Draft().Build());
        bed.Issuer.Publish(TestKey.Rsa1, TestKey.Rsa2);

        Assert.Equal(TokenFailure.UnknownKey, (await bed.LoginAsync(bed.Draft(TestKey.Rsa2).Build())).Failure);
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await bed.LoginAsync(bed.Draft(TestKey.Rsa2).Build())).IsValid);
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
    }

    [Fact]
    public async Task C04_KidlessToken_AmongSeveralKeys_DoesNotCauseAFetch()
    {
        using var bed = new JwtTestBed();
        await bed.LoginAsync(bed.Draft().Build());
        bed.Time.Advance(TimeSpan.FromSeconds(60));
        var draft = bed.Draft();
        draft.Header.Remove("kid");

        Assert.Equal(TokenFailure.UnknownKey, (await bed.LoginAsync(draft.Build())).Failure);
        Assert.Equal(1, bed.Issuer.KeyRequests);
    }

    [Fact]
    public async Task Rotation_KidlessToken_IsAcceptedOnceTheKeySetShrankToOneKey()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Header.Remove("kid");
        Assert.Equal(TokenFailure.UnknownKey, (await bed.LoginAsync(draft.Build())).Failure);
        bed.Issuer.Publish(TestKey.Rsa1);

        bed.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.True((await bed.LoginAsync(draft.Build())).IsValid);
    }

    public static TheoryData<string> Outages { get; } = ["503", "404", "204", "302", "html", "empty", "garbage", "none usable", "another issuer", "exception", "too long", "compressed", "jsonp type"];

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task C09_Outage_KeepsTheLastGoodKeys_UntilTheyAreTooOld(string outage)
    {
        using var bed = new JwtTestBed();
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        Break(bed.Issuer, outage);

        bed.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        Assert.Equal(PgOAuthEventIds.AuthenticationKeyFetchFailed, Assert.Single(bed.Log.Lines, l => l.Level == Microsoft.Extensions.Logging.LogLevel.Error).EventId.Id);
        Assert.True(bed.Validator.HasAllKeys);

        bed.Time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromMinutes(6) - TimeSpan.FromSeconds(1));
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        var last = bed.Draft().Build();
        Assert.True((await bed.LoginAsync(last)).IsValid);

        bed.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(bed.Validator.HasAllKeys);
        Assert.Equal(TokenFailure.IssuerUnavailable, (await bed.LoginAsync(bed.Draft().Build())).Failure);
        Assert.Equal(TokenFailure.IssuerUnavailable, (await bed.LoginAsync(last)).Failure);

        bed.Issuer.Answer = null;
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
    }

    [Fact]
    public async Task C09_NoAnswerWithinFiveSeconds_IsAnOutage()
    {
        using var bed = new JwtTestBed();
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        bed.Issuer.Answer = async (_, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException();
        };
        bed.Time.Advance(TimeSpan.FromMinutes(5));

        var login = bed.LoginAsync(bed.Draft().Build());
        await bed.UntilAsync(() => bed.Issuer.Requests.Count == 3);
        Assert.False(login.IsCompleted);
        bed.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.True((await login).IsValid);
        Assert.Contains(bed.Log.Lines, l => l.EventId.Id == PgOAuthEventIds.AuthenticationKeyFetchFailed && l.Message.Contains("five seconds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task C09_OutageFromTheStart_IsRefusedAsUnavailable_AndAskedOncePerInterval()
    {
        using var bed = new JwtTestBed();
        Break(bed.Issuer, "503");

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(TokenFailure.IssuerUnavailable, (await bed.LoginAsync(bed.Draft().Build())).Failure);
        }

        Assert.Single(bed.Issuer.Requests);
        bed.Issuer.Answer = null;
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
    }

    [Fact]
    public async Task C09_DuringAnOutage_OnlyTheFirstLoginWaits()
    {
        using var bed = new JwtTestBed();
        await bed.LoginAsync(bed.Draft().Build());
        Break(bed.Issuer, "503");
        bed.Time.Advance(TimeSpan.FromMinutes(5));
        await bed.LoginAsync(Numbered(bed, 1));
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        var asked = bed.Issuer.Requests.Count;
        var gate = Hang(bed);

        Assert.True((await bed.LoginAsync(Numbered(bed, 2))).IsValid);
        Assert.True((await bed.LoginAsync(Numbered(bed, 3))).IsValid);
        await bed.UntilAsync(() => bed.Issuer.Requests.Count == asked + 1);
        gate.SetResult();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C10_RemovedKey_StopsWorking_WithinTheRefreshInterval_EvenAfterSilence(bool sameToken)
    {
        using var bed = new JwtTestBed();
        var token = bed.Draft().Build();
        Assert.True((await bed.LoginAsync(token)).IsValid);
        bed.Issuer.Publish(TestKey.Rsa2);

        bed.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(TokenFailure.UnknownKey, (await bed.LoginAsync(sameToken ? token : bed.Draft().Build())).Failure);
        Assert.True((await bed.LoginAsync(bed.Draft(TestKey.Rsa2).Build())).IsValid);
    }

    [Fact]
    public async Task C10_CachedToken_StartsTheBackgroundFetch_ThatEndsIt()
    {
        using var bed = new JwtTestBed();
        var token = bed.Draft().Build();
        Assert.True((await bed.LoginAsync(token)).IsValid);
        bed.Issuer.Publish(TestKey.Rsa2);

        bed.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.True((await bed.LoginAsync(token)).IsValid);
        await bed.UntilAsync(() => bed.Log.Lines.Count(l => l.EventId.Id == PgOAuthEventIds.AuthenticationKeysChanged) == 2);

        Assert.Equal(TokenFailure.UnknownKey, (await bed.LoginAsync(token)).Failure);
    }

    [Fact]
    public async Task C10_BackgroundFetch_DoesNotHoldUpLogins()
    {
        using var bed = new JwtTestBed();
        await bed.LoginAsync(bed.Draft().Build());
        var gate = Hang(bed);

        bed.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.True((await bed.LoginAsync(Numbered(bed, 1))).IsValid);
        Assert.True((await bed.LoginAsync(Numbered(bed, 2))).IsValid);
        await bed.UntilAsync(() => bed.Issuer.Requests.Count == 3);
        gate.SetResult();
    }

    [Fact]
    public async Task C10_KeyReplacedUnderTheSameKid_StopsWorking()
    {
        using var bed = new JwtTestBed();
        var token = bed.Draft().Build();
        Assert.True((await bed.LoginAsync(token)).IsValid);
        bed.Issuer.Publish(TestKey.Rsa2.Named("rsa-1"));

        bed.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(TokenFailure.BadSignature, (await bed.LoginAsync(token)).Failure);
    }

    [Fact]
    public async Task C34_WallClockSteps_DoNotTouchKeyAges()
    {
        using var bed = new JwtTestBed();
        await bed.LoginAsync(bed.Draft().Build());

        bed.Time.Step(TimeSpan.FromHours(24));
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        bed.Time.Step(TimeSpan.FromHours(-48));
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        Assert.Equal(1, bed.Issuer.KeyRequests);
    }

    [Fact]
    public async Task Cancellation_EndsTheLogin_NotTheFetch()
    {
        using var bed = new JwtTestBed();
        var gate = Hang(bed);
        using var deadline = new CancellationTokenSource();
        using var token = new AccessToken(Encoding.UTF8.GetBytes(bed.Draft().Build()));

        var login = bed.Authenticator.AuthenticateAsync(JwtTestBed.Context(token), deadline.Token).AsTask();
        await bed.UntilAsync(() => bed.Issuer.Requests.Count == 1);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => login);

        gate.SetResult();
        await bed.UntilAsync(() => bed.Validator.HasAllKeys);
        Assert.Equal(1, bed.Issuer.KeyRequests);
    }

    [Fact]
    public async Task Dispose_EndsAFetchUnderWay_Quietly()
    {
        var bed = new JwtTestBed();
        var ended = new TaskCompletionSource();
        bed.Issuer.Answer = async (_, cancel) =>
        {
            using var registration = cancel.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException();
        };

        var login = bed.LoginAsync(bed.Draft().Build());
        await bed.UntilAsync(() => bed.Issuer.Requests.Count == 1);
        bed.Dispose();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(TokenFailure.IssuerUnavailable, (await login).Failure);
        Assert.DoesNotContain(bed.Log.Lines, l => l.EventId.Id == PgOAuthEventIds.AuthenticationKeyFetchFailed);
    }

    [Fact]
    public async Task Preload_FetchesOnce_AndTheFirstLoginAsksNobody()
    {
        using var bed = new JwtTestBed();
        Assert.False(bed.Validator.HasAllKeys);

        await bed.Validator.PreloadKeysAsync(CancellationToken.None);
        await bed.Validator.PreloadKeysAsync(CancellationToken.None);
        Assert.True(bed.Validator.HasAllKeys);
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        Assert.Equal(1, bed.Issuer.KeyRequests);
    }

    [Fact]
    public async Task JwksUri_Configured_MetadataIsNotAskedFor()
    {
        using var bed = new JwtTestBed(o => o.JwksUri = "https://keys.example.net/jwks");

        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
        Assert.Equal("https://keys.example.net/jwks", Assert.Single(bed.Issuer.Requests).AbsoluteUri);
    }

    [Fact]
    public async Task C08_MetadataPointingElsewhere_IsNotFollowed()
    {
        using var bed = new JwtTestBed();
        bed.Issuer.Answer = (_, _) =>
        {
            var metadata = bed.Issuer.Metadata;
            metadata["jwks_uri"] = "https://169.254.169.254/latest/meta-data/jwks";
            return Task.FromResult(FakeIssuer.Response(metadata.ToJsonString()));
        };

        Assert.Equal(TokenFailure.IssuerUnavailable, (await bed.LoginAsync(bed.Draft().Build())).Failure);
        Assert.Equal("login.example.com", Assert.Single(bed.Issuer.Requests).Host);
    }

    [Fact]
    public async Task C07_UnsoundKey_DoesNotVerify_AndTheOthersDo()
    {
        using var bed = new JwtTestBed();
        var bad = TestKey.Ec1.ToJwk();
        var x = Base64Url.DecodeFromChars((string)bad["x"]!);
        x[0] ^= 1;
        bad["x"] = Base64Url.EncodeToString(x);
        bed.Issuer.PublishRaw(TestKey.Rsa1.ToJwk(), bad);
        var draft = bed.Draft(TestKey.Ec1);
        draft.Header["alg"] = "ES256";

        Assert.Equal(TokenFailure.UnknownKey, (await bed.LoginAsync(draft.Build())).Failure);
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
    }

    [Fact]
    public void HttpOnLoopback_IsWarnedOf()
    {
        using var quiet = new JwtTestBed();
        using var loud = new JwtTestBed(o => o.DangerousAllowHttpOnLoopback = true);

        Assert.DoesNotContain(quiet.Log.Lines, l => l.EventId.Id == PgOAuthEventIds.AuthenticationHttpAllowed);
        Assert.Contains(loud.Log.Lines, l => l.EventId.Id == PgOAuthEventIds.AuthenticationHttpAllowed);
    }

    // A hanging issuer; completing the result makes it answer as it should.
    private static TaskCompletionSource Hang(JwtTestBed bed)
    {
        var gate = new TaskCompletionSource();
        bed.Issuer.Answer = async (request, cancel) =>
        {
            await gate.Task.WaitAsync(cancel);
            return FakeIssuer.Response(FakeIssuer.IsMetadata(request) ? bed.Issuer.Metadata.ToJsonString() : bed.Issuer.KeySetText());
        };
        return gate;
    }

    private static void Break(FakeIssuer issuer, string outage)
    {
        switch (outage)
        {
            case "html":
                issuer.AnswerWith(HttpStatusCode.OK, "<html>Maintenance</html>", "text/html; charset=utf-8");
                break;
            case "empty":
                issuer.AnswerKeysWith("{\"keys\":[]}");
                break;
            case "garbage":
                issuer.AnswerKeysWith("{\"keys\":[{");
                break;
            case "none usable":
                issuer.AnswerKeysWith("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}");
                break;
            case "another issuer":
                issuer.AnswerWith(HttpStatusCode.OK, issuer.Metadata.ToJsonString().Replace("/tenant\"", "/other\"", StringComparison.Ordinal));
                break;
            case "exception":
                issuer.Answer = (_, _) => throw new HttpRequestException("no route to host");
                break;
            case "too long":
                issuer.AnswerKeysWith(issuer.KeySetText() + new string(' ', 64 * 1024));
                break;
            case "compressed":
                issuer.Answer = (_, _) =>
                {
                    var response = FakeIssuer.Response(issuer.Metadata.ToJsonString());
                    response.Content.Headers.ContentEncoding.Add("gzip");
                    return Task.FromResult(response);
                };
                break;
            case "jsonp type":
                issuer.AnswerWith(HttpStatusCode.OK, issuer.Metadata.ToJsonString(), "application/jsonp");
                break;
            default:
                issuer.AnswerWith((HttpStatusCode)int.Parse(outage, CultureInfo.InvariantCulture), issuer.Metadata.ToJsonString());
                break;
        }
    }

    private static string Numbered(JwtTestBed bed, int number)
    {
        var draft = bed.Draft();
        draft.Payload["jti"] = $"numbered-{number}";
        return draft.Build();
    }

    // Not signed: an unknown kid is told before the signature is looked at.
    private static string WithKid(JwtTestBed bed, string kid)
    {
        var draft = bed.Draft();
        draft.Header["kid"] = kid;
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(draft.Header.ToJsonString())) + "."
            + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(draft.Payload.ToJsonString())) + ".AAAA";
    }
}
