using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: a token's time claims (RFC 7519 sections 4.1.4 to 4.1.6), in whole seconds since 1970.</summary>
internal readonly record struct TokenLifetime(long ExpiresAt, long? NotBefore, long? IssuedAt)
{
    // 9999-12-31T23:59:59Z, the last second DateTimeOffset can hold.
    private const long LastSecond = 253_402_300_799;

    /// <summary>Reads the claims and checks what does not depend on the signature: types, order, whole lifetime.</summary>
    internal static bool TryRead(JsonElement payload, TimeSpan maxLifetime, DateTimeOffset now, out TokenLifetime lifetime, out TokenProblem problem)
    {
        lifetime = default;
        if (!payload.TryGetProperty("exp", out _))
        {
            problem = new TokenProblem(TokenFailure.InvalidClaim, "exp is missing");
            return false;
        }

        // Fractions are rounded against the token: exp down, nbf and iat up.
        if (!TryReadDate(payload, "exp", roundUp: false, out var expiresAt, out problem)
            || !TryReadDate(payload, "nbf", roundUp: true, out var notBefore, out problem)
            || !TryReadDate(payload, "iat", roundUp: true, out var issuedAt, out problem))
        {
            return false;
        }

        var end = expiresAt.GetValueOrDefault();
        if (end <= issuedAt || end <= notBefore)
        {
            problem = new TokenProblem(TokenFailure.InvalidLifetime, "exp is not after iat and nbf");
            return false;
        }

        if (end - (issuedAt ?? now.ToUnixTimeSeconds()) > maxLifetime.TotalSeconds)
        {
            problem = new TokenProblem(TokenFailure.InvalidLifetime, "the whole lifetime is longer than the issuer's MaxTokenLifetime");
            return false;
        }

        lifetime = new TokenLifetime(end, notBefore, issuedAt);
        return true;
    }

    /// <summary>Checks the clock; asked only after the signature is verified, so that "expired" means genuine but late.</summary>
    internal bool TryCheck(DateTimeOffset now, TimeSpan skew, out TokenProblem problem)
    {
        var seconds = now.ToUnixTimeMilliseconds() / 1000d;
        problem = default;
        if (seconds >= ExpiresAt + skew.TotalSeconds)
        {
            problem = new TokenProblem(TokenFailure.Expired, "past exp");
            return false;
        }

        if (seconds < NotBefore - skew.TotalSeconds || seconds < IssuedAt - skew.TotalSeconds)
        {
            problem = new TokenProblem(TokenFailure.NotYetValid, "before nbf or iat");
            return false;
        }

        return true;
    }

    private static bool TryReadDate(JsonElement payload, string name, bool roundUp, out long? seconds, out TokenProblem problem)
    {
        seconds = null;
        problem = default;
        if (!payload.TryGetProperty(name, out var element))
        {
            return true;
        }

        if (element.ValueKind != JsonValueKind.Number)
        {
            problem = new TokenProblem(TokenFailure.InvalidClaim, "a time claim is not a number");
            return false;
        }

        // NumericDate may have a fraction or an exponent (RFC 7519 section 2); 1e400 reads as infinity and fails the range.
        if (!element.TryGetDouble(out var value) || !(value is >= 0 and <= LastSecond))
        {
            problem = new TokenProblem(TokenFailure.InvalidLifetime, "a time claim is out of range");
            return false;
        }

        seconds = (long)(roundUp ? Math.Ceiling(value) : Math.Floor(value));
        return true;
    }
}
