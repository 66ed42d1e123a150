using System.Text;
using System.Text.Json;
using PgOAuth.Authentication;

namespace PgOAuth.Testing.Wire;

/// <summary>
/// Knows tokens by their text: <c>good…</c> is valid and has the scopes <c>openid</c> and those behind each <c>+</c>,
/// <c>expired</c> is expired, <c>broken</c> throws, all others are refused.
/// </summary>
public sealed class WordValidator : ITokenValidator
{
    private int _calls;

    /// <summary>How often it was asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The connection it was last asked for.</summary>
    public Sessions.SessionContext? LastSession { get; private set; }

    /// <inheritdoc/>
    public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        LastSession = context.Session;
        var token = Encoding.UTF8.GetString(context.Token.Utf8);
        return ValueTask.FromResult(token switch
        {
            _ when token.StartsWith("good", StringComparison.Ordinal) => TokenValidationResult.Valid(Claims(token.Split('+')[1..])),
            "expired" => TokenValidationResult.Refused(TokenFailure.Expired),
            "broken" => throw new InvalidOperationException("sentinel of a broken validator"),
            _ => TokenValidationResult.Refused(TokenFailure.BadSignature, "not a word it knows"),
        });
    }

    private static TokenClaims Claims(string[] scopes)
    {
        using var json = JsonDocument.Parse("""{"sub":"alice"}""");
        return new TokenClaims("https://issuer.example.com", "alice", DateTimeOffset.UtcNow.AddDays(3650), ["openid", .. scopes], json.RootElement);
    }
}
