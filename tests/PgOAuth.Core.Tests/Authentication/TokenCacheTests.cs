using System.Globalization;
using System.Text;
using PgOAuth.Authentication.Jwt;
using PgOAuth.Testing.Authentication;
using Xunit;

namespace PgOAuth.Authentication;

public sealed class TokenCacheTests
{
    [Fact]
    public async Task Hit_GivesTheSameClaims_WithoutAllocating()
    {
        using var bed = new JwtTestBed();
        using var token = new AccessToken(Encoding.UTF8.GetBytes(bed.Draft().Build()));
        var context = JwtTestBed.Context(token);
        var first = await bed.Validator.ValidateAsync(context, CancellationToken.None);
        Assert.True(first.IsValid);
        Assert.Same(first.Claims, Hit());

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Hit();
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1000, $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes in 1000 hits");

        TokenClaims? Hit()
        {
            var hit = bed.Validator.ValidateAsync(context, CancellationToken.None);
            return hit.IsCompletedSuccessfully ? hit.Result.Claims : null;
        }
    }

    [Fact]
    public async Task CachedToken_EndsWithItsLifetime()
    {
        using var bed = new JwtTestBed();
        var token = bed.Draft().Build();
        Assert.True((await bed.LoginAsync(token)).IsValid);

        bed.Time.Advance(TimeSpan.FromSeconds(659));
        Assert.True((await bed.LoginAsync(token)).IsValid);
        bed.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenFailure.Expired, (await bed.LoginAsync(token)).Failure);
    }

    [Fact]
    public async Task C21_AnotherSpellingOfACachedToken_IsNotTheToken()
    {
        using var bed = new JwtTestBed();
        var token = bed.Draft().Build();
        Assert.True((await bed.LoginAsync(token)).IsValid);

        foreach (var spelling in new[] { token + "=", token + "\n", " " + token, token + "==", token.Insert(10, "\r\n") })
        {
            Assert.Equal(TokenFailure.Malformed, (await bed.LoginAsync(spelling)).Failure);
        }
    }

    [Fact]
    public async Task Refusals_AreNeverCached()
    {
        using var bed = new JwtTestBed();
        var draft = bed.Draft();
        draft.Payload["nbf"] = bed.Time.GetUtcNow().ToUnixTimeSeconds() + 120;
        var token = draft.Build();

        Assert.Equal(TokenFailure.NotYetValid, (await bed.LoginAsync(token)).Failure);
        bed.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await bed.LoginAsync(token)).IsValid);
    }

    [Fact]
    public async Task Size_IsBounded_AndUsedTokensStay()
    {
        using var bed = new JwtTestBed();
        var cache = new TokenCache(100, bed.Time);
        var (source, keys, claims) = await Sources(bed);
        var busy = Key("busy");
        cache.Add(busy, claims, source, keys);

        for (var i = 0; i < 10_000; i++)
        {
            cache.Add(Key(i.ToString(CultureInfo.InvariantCulture)), claims, source, keys);
            Assert.True(cache.TryGet(busy, out _), $"after {i}");
            Assert.InRange(cache.Count, 1, 100);
        }

        Assert.False(cache.TryGet(Key("0"), out _));
        Assert.True(cache.TryGet(Key("9999"), out _));
    }

    [Fact]
    public async Task SizeZero_TurnsItOff()
    {
        using var bed = new JwtTestBed(cacheSize: 0);
        var cache = new TokenCache(0, bed.Time);
        var (source, keys, claims) = await Sources(bed);

        cache.Add(Key("a"), claims, source, keys);
        Assert.False(cache.TryGet(Key("a"), out _));
        Assert.True((await bed.LoginAsync(bed.Draft().Build())).IsValid);
    }

    [Fact]
    public async Task Use_FromManyThreads_StaysBoundedAndRight()
    {
        using var bed = new JwtTestBed();
        var cache = new TokenCache(64, bed.Time);
        var (source, keys, claims) = await Sources(bed);

        await Parallel.ForAsync(0, 20_000, (i, _) =>
        {
            var key = Key((i % 200).ToString(CultureInfo.InvariantCulture));
            if (!cache.TryGet(key, out var result))
            {
                cache.Add(key, claims, source, keys);
            }
            else
            {
                Assert.Same(claims, result.Claims);
            }

            return ValueTask.CompletedTask;
        });

        Assert.InRange(cache.Count, 1, 64 + Environment.ProcessorCount);
    }

    private static TokenKey Key(string text)
    {
        using var token = new AccessToken(Encoding.UTF8.GetBytes(text));
        return TokenKey.Of(token);
    }

    private static async Task<(JwksCache Source, KeySet Keys, TokenClaims Claims)> Sources(JwtTestBed bed)
    {
        var fake = new FakeIssuer(JwtTestBed.IssuerName, TestKey.Rsa1);
        var source = new JwksCache(new JwtIssuer(fake.Options()), fake, bed.Time, bed.Log.CreateLogger(""));
        var lookup = await source.FindAsync("rsa-1", CancellationToken.None);
        var result = await bed.LoginAsync(bed.Draft().Build());
        Assert.True(lookup.IsFound && result.IsValid);
        return (source, lookup.Keys, result.Claims);
    }
}
