using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PgOAuth.Options;
using PgOAuth.Sessions;
using PgOAuth.Testing;
using PgOAuth.Testing.Authentication;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

/// <summary>One issuer, one clock, one validator.</summary>
internal sealed class JwtTestBed : IDisposable
{
    internal const string IssuerName = "https://login.example.com/tenant";
    internal const string Audience = "postgres";

    internal JwtTestBed(Action<IssuerOptions>? configure = null, int cacheSize = 1000, params FakeIssuer[] more)
    {
        Issuer = new FakeIssuer(IssuerName, TestKey.Rsa1, TestKey.Ec1);
        var options = new AuthenticationOptions { TokenCacheSize = cacheSize };
        var own = Issuer.Options(Audience);
        configure?.Invoke(own);
        options.Issuers.Add(own);
        foreach (var other in more)
        {
            options.Issuers.Add(other.Options(Audience));
        }

        Validator = new JwtTokenValidator(
            options, Log, Time, o => o.Issuer == IssuerName ? Issuer : more.Single(m => m.Name == o.Issuer));
        Authenticator = new TokenAuthenticator([Validator], new Microsoft.Extensions.Logging.Logger<TokenAuthenticator>(Log));
    }

    internal ManualTimeProvider Time { get; } = new();

    internal LogRecorder Log { get; } = new();

    internal FakeIssuer Issuer { get; }

    internal JwtTokenValidator Validator { get; }

    internal TokenAuthenticator Authenticator { get; }

    internal TokenDraft Draft(TestKey? key = null) => new(IssuerName, Audience, key ?? TestKey.Rsa1, Time.GetUtcNow());

    internal static TokenValidationContext Context(AccessToken token, X509Certificate2? certificate = null) => new(
        token,
        new SessionContext(7, "", "127.0.0.1:6432", new IPEndPoint(IPAddress.Loopback, 50000), DateTimeOffset.UnixEpoch) { ClientCertificate = certificate, IsTls = true },
        "alice",
        "db");

    /// <summary>Through the validator alone.</summary>
    internal async Task<TokenValidationResult> ValidateAsync(string token, X509Certificate2? certificate = null)
    {
        using var access = new AccessToken(Encoding.UTF8.GetBytes(token));
        return await Validator.ValidateAsync(Context(access, certificate), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Through the authenticator, as a login does.</summary>
    internal async Task<TokenValidationResult> LoginAsync(string token, X509Certificate2? certificate = null)
    {
        using var access = new AccessToken(Encoding.UTF8.GetBytes(token));
        return await Authenticator.AuthenticateAsync(Context(access, certificate), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits until a background fetch has happened.</summary>
    internal async Task UntilAsync(Func<bool> condition)
    {
        var guard = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < guard, "Nothing happened in 30 seconds.\n" + Log.AllText);
            await Task.Delay(5);
        }
    }

    public void Dispose() => Validator.Dispose();
}
