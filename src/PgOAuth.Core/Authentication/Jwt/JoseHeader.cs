using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: what a token's header may say, and the two things of it that are used.</summary>
/// <param name="Algorithm">One of the issuer's allowed algorithms.</param>
/// <param name="KeyId"><c>kid</c>, or null.</param>
/// <remarks><c>jku</c>, <c>x5u</c>, <c>jwk</c>, <c>x5c</c> and <c>x5t</c> are not looked at: keys come from the issuer only (RFC 8725 section 3.10).</remarks>
internal readonly record struct JoseHeader(string Algorithm, string? KeyId)
{
    private const int MaxKeyIdLength = 256;

    // crit and b64 change what is signed (RFC 7515 section 4.1.11, RFC 7797); the others belong to encryption and nesting.
    private static readonly string[] RefusedMembers = ["crit", "b64", "enc", "zip", "epk", "p2c", "p2s"];

    internal static bool TryRead(JsonElement header, JsonElement payload, JwtIssuer issuer, out JoseHeader result, out TokenProblem problem)
    {
        result = default;
        foreach (var name in RefusedMembers)
        {
            if (header.TryGetProperty(name, out _))
            {
                problem = new TokenProblem(TokenFailure.Malformed, "the header asks for processing that access tokens have no use for");
                return false;
            }
        }

        if (!header.TryGetString("alg", out var algorithm) || !issuer.Algorithms.Contains(algorithm))
        {
            problem = new TokenProblem(TokenFailure.AlgorithmNotAllowed, "alg is not one of the issuer's algorithms");
            return false;
        }

        if (!IsAccessToken(header, payload, issuer))
        {
            problem = new TokenProblem(TokenFailure.WrongType, "not an access token by its typ or its claims");
            return false;
        }

        string? keyId = null;
        if (header.TryGetProperty("kid", out _)
            && (!header.TryGetString("kid", out keyId) || keyId.Length is 0 or > MaxKeyIdLength))
        {
            problem = new TokenProblem(TokenFailure.Malformed, "kid is not a string of 1 to 256 characters");
            return false;
        }

        result = new JoseHeader(algorithm, keyId);
        problem = default;
        return true;
    }

    private static bool IsAccessToken(JsonElement header, JsonElement payload, JwtIssuer issuer)
    {
        string? type = null;
        if (header.TryGetProperty("typ", out _) && !header.TryGetString("typ", out type))
        {
            return false;
        }

        if (header.TryGetProperty("cty", out _) || !TokenType.IsAccessToken(type, issuer.AllowPlainJwtType))
        {
            return false;
        }

        return TokenType.IsExplicit(type) ? !payload.TryGetProperty("events", out _) : !TokenType.IsForeign(payload);
    }
}
