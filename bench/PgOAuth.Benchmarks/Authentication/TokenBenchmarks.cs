using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Authentication;
using PgOAuth.Authentication.Jwt;
using PgOAuth.Authentication.Sasl;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Testing.Authentication;

namespace PgOAuth.Benchmarks.Authentication;

/// <summary>What a login costs for its token: validated anew, known from before, or refused.</summary>
[MemoryDiagnoser]
public class TokenBenchmarks
{
    private const string IssuerName = "https://login.example.com/tenant";

    private JwtTokenValidator _uncached = null!;
    private JwtTokenValidator _cached = null!;
    private TokenValidationContext _rs256;
    private TokenValidationContext _es256;
    private TokenValidationContext _forged;
    private TokenValidationContext _expired;
    private byte[] _sasl = [];

    [GlobalSetup]
    public void Setup()
    {
        _uncached = NewValidator(cacheSize: 0);
        _cached = NewValidator(cacheSize: 1000);
        _rs256 = Context(Draft(TestKey.Rsa1));
        _es256 = Context(Draft(TestKey.Ec1));
        var forged = Draft(TestKey.Rsa1);
        forged.Key = TestKey.Rsa2;
        _forged = Context(forged);
        var expired = Draft(TestKey.Rsa1);
        expired.Payload["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 7200;
        expired.Payload["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3600;
        _expired = Context(expired);
        _sasl = [.. "n,,\u0001auth=Bearer "u8, .. _rs256.Token.Utf8, 1, 1];

        Expect.That(Rs256() == 1 && Es256() == 1, "good tokens are accepted");
        Expect.That(CacheHit() == 1 && CacheHit() == 1, "a known token is accepted");
        Expect.That(Forged() == 0 && Validate(_uncached, _forged).Failure == TokenFailure.BadSignature, "a forged token is refused for its signature");
        Expect.That(Expired() == 0, "an expired token is refused");
        Expect.That(OAuthBearer() == _rs256.Token.Length, "the token is found in the SASL message");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _uncached.Dispose();
        _cached.Dispose();
    }

    [Benchmark]
    public int Rs256() => Validate(_uncached, _rs256).IsValid ? 1 : 0;

    [Benchmark]
    public int Es256() => Validate(_uncached, _es256).IsValid ? 1 : 0;

    [Benchmark]
    public int CacheHit() => Validate(_cached, _rs256).IsValid ? 1 : 0;

    [Benchmark]
    public int Forged() => Validate(_cached, _forged).IsValid ? 1 : 0;

    [Benchmark]
    public int Expired() => Validate(_cached, _expired).IsValid ? 1 : 0;

    [Benchmark]
    public int OAuthBearer() => OAuthBearerMessage.Parse(_sasl).Token.Length;

    // Completes at once: the keys are at hand after the set-up.
    private static TokenValidationResult Validate(JwtTokenValidator validator, in TokenValidationContext context)
    {
        var validating = validator.ValidateAsync(context, CancellationToken.None);
        return validating.IsCompletedSuccessfully ? validating.Result : validating.AsTask().GetAwaiter().GetResult();
    }

    private static JwtTokenValidator NewValidator(int cacheSize)
    {
        var issuer = new FakeIssuer(IssuerName, TestKey.Rsa1, TestKey.Ec1);
        var options = new AuthenticationOptions { TokenCacheSize = cacheSize };
        options.Issuers.Add(issuer.Options());
        return new JwtTokenValidator(options, NullLoggerFactory.Instance, TimeProvider.System, _ => issuer);
    }

    private static TokenDraft Draft(TestKey key)
    {
        var draft = new TokenDraft(IssuerName, "postgres", key, DateTimeOffset.UtcNow);
        draft.Header["alg"] = key == TestKey.Ec1 ? "ES256" : "RS256";
        draft.Payload["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 7200;
        return draft;
    }

    private static TokenValidationContext Context(TokenDraft draft) => new(
        new AccessToken(Encoding.UTF8.GetBytes(draft.Build())),
        new SessionContext(1, "", "127.0.0.1:6432", new IPEndPoint(IPAddress.Loopback, 50000), DateTimeOffset.UnixEpoch),
        "analyst",
        "shop");
}
