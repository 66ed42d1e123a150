using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: the granted scopes, from <c>scope</c> or <c>scp</c>; exact and case-sensitive (RFC 6749 section 3.3).</summary>
internal static class ScopeClaim
{
    /// <summary>Reads the scopes; none when neither claim is there. False when a claim breaks the grammar or the two disagree.</summary>
    internal static bool TryRead(JsonElement payload, out HashSet<string> scopes)
    {
        scopes = new HashSet<string>(StringComparer.Ordinal);
        var hasScope = payload.TryGetProperty("scope", out var scope);
        if (hasScope && !TryAdd(scope, scopes))
        {
            return false;
        }

        if (!payload.TryGetProperty("scp", out var scp))
        {
            return true;
        }

        if (!hasScope)
        {
            return TryAdd(scp, scopes);
        }

        // Two claims that say different things: whichever the issuer meant, taking the other one would be a guess.
        var second = new HashSet<string>(StringComparer.Ordinal);
        return TryAdd(scp, second) && second.SetEquals(scopes);
    }

    private static bool TryAdd(JsonElement claim, HashSet<string> scopes)
    {
        switch (claim.ValueKind)
        {
            case JsonValueKind.String:
                var text = claim.GetString()!;
                return text.Length == 0 || text.Split(' ').All(s => TryAdd(s, scopes));
            case JsonValueKind.Array:
                return claim.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String && TryAdd(e.GetString()!, scopes));
            default:
                return false;
        }
    }

    private static bool TryAdd(string scope, HashSet<string> scopes)
    {
        if (scope.Length == 0 || !scope.All(static c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~')))
        {
            return false;
        }

        scopes.Add(scope);
        return true;
    }
}
