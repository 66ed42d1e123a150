using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: what an access token's claims must say whatever the time (RFC 9068 section 4).</summary>
/// <remarks>Read from the strictly parsed JSON by exact name: claim collections of the platform match names without case.</remarks>
internal static class ClaimRules
{
    private static readonly string[] ClientClaims = ["client_id", "azp", "appid"];

    internal static bool TryRead(
        JsonElement payload, JwtIssuer issuer, TokenLifetime lifetime, [NotNullWhen(true)] out TokenClaims? claims, out TokenProblem problem)
    {
        claims = null;
        if (!TryReadSubject(payload, issuer.SubjectClaim, out var subject))
        {
            return Fail(TokenFailure.InvalidClaim, "sub or the subject claim is missing or not an identifier", out problem);
        }

        if (!TryCheckAudience(payload, issuer, out problem))
        {
            return false;
        }

        if (!TryReadClient(payload, out var clientId))
        {
            return Fail(TokenFailure.InvalidClaim, "client_id, azp and appid disagree or are not identifiers", out problem);
        }

        if (issuer.AllowedClients.Count > 0 && (clientId is null || !issuer.AllowedClients.Contains(clientId)))
        {
            return Fail(TokenFailure.ClientNotAllowed, "the client is not one of the issuer's allowed clients", out problem);
        }

        if (!ClaimText.TryReadOptionalIdentifier(payload, "jti", out var tokenId))
        {
            return Fail(TokenFailure.InvalidClaim, "jti is not an identifier", out problem);
        }

        if (!ScopeClaim.TryRead(payload, out var scopes))
        {
            return Fail(TokenFailure.InvalidClaim, "scope and scp disagree or are not scopes", out problem);
        }

        claims = new TokenClaims(issuer.Name, subject, DateTimeOffset.FromUnixTimeSeconds(lifetime.ExpiresAt), scopes, payload)
        {
            TokenId = tokenId,
            ClientId = clientId,
            IssuedAt = lifetime.IssuedAt is { } issuedAt ? DateTimeOffset.FromUnixTimeSeconds(issuedAt) : null,
        };
        return true;
    }

    // sub is required even where another claim names the subject: without it the token is not an access token of RFC 9068.
    private static bool TryReadSubject(JsonElement payload, string claim, [NotNullWhen(true)] out string? subject)
    {
        if (!ClaimText.TryReadIdentifier(payload, "sub", out _) || !ClaimText.TryReadIdentifier(payload, claim, out subject))
        {
            subject = null;
            return false;
        }

        // An address anybody may type into a profile is nobody's identity until the issuer has verified it.
        return claim != "email" || (payload.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True);
    }

    private static bool TryCheckAudience(JsonElement payload, JwtIssuer issuer, out TokenProblem problem)
    {
        problem = default;
        if (!payload.TryGetProperty("aud", out var audience))
        {
            return Fail(TokenFailure.WrongAudience, "aud is missing", out problem);
        }

        var matches = false;
        switch (audience.ValueKind)
        {
            case JsonValueKind.String:
                matches = issuer.Audiences.Contains(audience.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var item in audience.EnumerateArray())
                {
                    if (item.ValueKind != JsonValueKind.String)
                    {
                        return Fail(TokenFailure.InvalidClaim, "aud holds something that is not a string", out problem);
                    }

                    matches |= issuer.Audiences.Contains(item.GetString()!);
                }

                break;
            default:
                return Fail(TokenFailure.InvalidClaim, "aud is neither a string nor an array", out problem);
        }

        return matches || Fail(TokenFailure.WrongAudience, "aud is not one of the issuer's audiences", out problem);
    }

    internal static bool TryReadClient(JsonElement payload, out string? clientId)
    {
        clientId = null;
        foreach (var name in ClientClaims)
        {
            if (!ClaimText.TryReadOptionalIdentifier(payload, name, out var value))
            {
                return false;
            }

            if (value is not null && clientId is not null && !string.Equals(value, clientId, StringComparison.Ordinal))
            {
                return false;
            }

            clientId ??= value;
        }

        return true;
    }

    private static bool Fail(TokenFailure failure, string detail, out TokenProblem problem)
    {
        problem = new TokenProblem(failure, detail);
        return false;
    }
}
