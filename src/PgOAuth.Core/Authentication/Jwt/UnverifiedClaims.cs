using System.Text;
using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3, for explain and tests: claims that somebody wrote down. Read as those of a token, but nobody vouches for them.</summary>
internal static class UnverifiedClaims
{
    private const string NoIssuer = "unverified";

    /// <exception cref="FormatException">It is not an object, or a claim cannot be read.</exception>
    internal static TokenClaims Parse(string json)
    {
        if (!StrictJson.TryParseObject(Encoding.UTF8.GetBytes(json), out var document))
        {
            throw new FormatException("The claims are not a JSON object, or it holds a name twice.");
        }

        using (document)
        {
            var payload = document.RootElement;
            if (!ClaimText.TryReadIdentifier(payload, "sub", out var subject))
            {
                throw new FormatException("The claim sub is missing or not an identifier.");
            }

            if (!ClaimText.TryReadOptionalIdentifier(payload, "jti", out var tokenId) || !ClaimRules.TryReadClient(payload, out var clientId))
            {
                throw new FormatException("A claim of jti, client_id, azp and appid is not an identifier, or the latter disagree.");
            }

            if (!ScopeClaim.TryRead(payload, out var scopes))
            {
                throw new FormatException("The claims scope and scp disagree or are not scopes.");
            }

            var issuer = payload.TryGetProperty("iss", out _) ? payload.TryGetString("iss", out var name) && name.Length > 0 ? name : throw new FormatException("The claim iss is not a name.") : NoIssuer;
            return new TokenClaims(issuer, subject, ReadDate(payload, "exp") ?? DateTimeOffset.MaxValue, scopes, payload)
            {
                TokenId = tokenId,
                ClientId = clientId,
                IssuedAt = ReadDate(payload, "iat"),
            };
        }
    }

    private static DateTimeOffset? ReadDate(JsonElement payload, string claim)
    {
        if (!payload.TryGetProperty(claim, out var date))
        {
            return null;
        }

        try
        {
            return date.ValueKind == JsonValueKind.Number ? DateTimeOffset.UnixEpoch.AddSeconds(date.GetDouble()) : throw new FormatException($"The claim {claim} is not a number.");
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or OverflowException)
        {
            throw new FormatException($"The claim {claim} is not a date.", error);
        }
    }
}
