using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Authentication;
using PgOAuth.Authentication.Jwt;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Testing.Authentication;

namespace PgOAuth.Benchmarks.Authentication;

/// <summary>Stage 3: a token seen before (the reconnecting driver), and one seen for the first time.</summary>
[MemoryDiagnoser]
public class TokenValidationBenchmarks
{
    private static readonly SessionContext Session = new(1, "", "127.0.0.1:6432", null, DateTimeOffset.UnixEpoch);
    private AccessToken? _rsa;
    private AccessToken? _ec;
    private JwtTokenValidator? _remembering;
    private JwtTokenValidator? _forgetful;

    [GlobalSetup]
    public async Task Setup()
    {
        _rsa = Token("RS256", TestKey.Rsa1);
        _ec = Token("ES256", TestKey.Ec1);
        _remembering = Validator(cacheSize: 1000);
        _forgetful = Validator(cacheSize: 0);
        foreach (var result in new[] { await Cached(), await FirstSeenRs256(), await FirstSeenEs256() })
        {
            if (!result.IsValid)
            {
                throw new InvalidOperationException(result.LogDetail);
            }
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _remembering?.Dispose();
        _forgetful?.Dispose();
        _rsa?.Dispose();
        _ec?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public ValueTask<TokenValidationResult> Cached() => _remembering!.ValidateAsync(Context(_rsa!), CancellationToken.None);

    [Benchmark]
    public ValueTask<TokenValidationResult> FirstSeenRs256() => _forgetful!.ValidateAsync(Context(_rsa!), CancellationToken.None);

    [Benchmark]
    public ValueTask<TokenValidationResult> FirstSeenEs256() => _forgetful!.ValidateAsync(Context(_ec!), CancellationToken.None);

    private static TokenValidationContext Context(AccessToken token) => new(token, Session, "alice", "db");

    private static FakeIssuer Issuer() => new("https://login.example.com/", TestKey.Rsa1, TestKey.Ec1);

    private static JwtTokenValidator Validator(int cacheSize)
    {
        var issuer = Issuer();
        var options = new AuthenticationOptions { TokenCacheSize = cacheSize };
        options.Issuers.Add(issuer.Options());
        return new JwtTokenValidator(options, NullLoggerFactory.Instance, TimeProvider.System, _ => issuer);
    }

    private static AccessToken Token(string algorithm, TestKey key)
    {
        var draft = new TokenDraft(Issuer().Name, "postgres", key, TimeProvider.System.GetUtcNow());
        draft.Header["alg"] = algorithm;
        draft.Payload["exp"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 3600;
        return new AccessToken(Encoding.UTF8.GetBytes(draft.Build()));
    }
}
