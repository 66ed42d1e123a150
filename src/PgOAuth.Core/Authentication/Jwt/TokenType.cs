using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: is this an access token, or another kind of JWT that the same issuer signs (RFC 8725 section 3.11)?</summary>
internal static class TokenType
{
    // ID tokens (OpenID Connect Core 3.1.3.6, 3.3.2.11), security events and logout tokens (RFC 8417), DPoP proofs (RFC 9449),
    // introspection answers (RFC 9701).
    private static readonly string[] ForeignMembers =
        ["nonce", "at_hash", "c_hash", "s_hash", "events", "htm", "htu", "token_introspection"];

    private static readonly string[] ScopeMembers = ["scope", "scp"];

    private static readonly string[] ClientMembers = ["azp", "client_id", "appid"];

    /// <summary>Whether a header's <c>typ</c> (null when absent) names an access token. Media types compare without case (RFC 7515 section 4.1.9).</summary>
    internal static bool IsAccessToken(string? type, bool allowPlain) =>
        type is null
            ? allowPlain
            : Is(type, "at+jwt") || Is(type, "application/at+jwt") || (allowPlain && Is(type, "JWT"));

    internal static bool IsExplicit(string? type) => type is not null && IsAccessToken(type, allowPlain: false);

    /// <summary>Whether a payload whose <c>typ</c> says nothing is a kind of token that must not open a session.</summary>
    internal static bool IsForeign(JsonElement payload) =>
        HasAny(payload, ForeignMembers)
        || SaysOtherwise(payload, "token_use", "access")
        || SaysOtherwise(payload, "typ", "Bearer")
        || IsAddressedToItsClient(payload);

    // An ID token's audience is the client itself; an access token for a client that is its own resource carries scopes.
    private static bool IsAddressedToItsClient(JsonElement payload)
    {
        if (HasAny(payload, ScopeMembers) || !payload.TryGetProperty("aud", out var audience))
        {
            return false;
        }

        foreach (var name in ClientMembers)
        {
            if (payload.TryGetString(name, out var client) && Holds(audience, client))
            {
                return true;
            }
        }

        return false;
    }

    // Amazon Cognito says token_use, Keycloak says typ inside the payload.
    private static bool SaysOtherwise(JsonElement payload, string name, string expected) =>
        payload.TryGetProperty(name, out var value)
        && !(value.ValueKind == JsonValueKind.String && Is(value.GetString()!, expected));

    private static bool HasAny(JsonElement payload, string[] names)
    {
        foreach (var name in names)
        {
            if (payload.TryGetProperty(name, out _))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(JsonElement audience, string value) => audience.ValueKind switch
    {
        JsonValueKind.String => audience.ValueEquals(value),
        JsonValueKind.Array => audience.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.ValueEquals(value)),
        _ => false,
    };

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
