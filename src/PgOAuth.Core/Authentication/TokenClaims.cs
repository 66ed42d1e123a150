using System.Collections.Frozen;
using System.Text.Json;
using PgOAuth.Authentication.Jwt;

namespace PgOAuth.Authentication;

/// <summary>What a validated access token says. Immutable; look-ups are ordinal and case-sensitive (RFC 7519 section 4).</summary>
public sealed class TokenClaims
{
    private readonly JsonElement _json;

    /// <summary>Makes claims from the token's JSON object.</summary>
    /// <param name="issuer"><c>iss</c>, compared exactly.</param>
    /// <param name="subject"><c>sub</c>; unique only together with <paramref name="issuer"/>.</param>
    /// <param name="expiresAt"><c>exp</c>.</param>
    /// <param name="scopes">The granted scopes (RFC 6749 section 3.3).</param>
    /// <param name="json">All claims, as a JSON object; it is copied.</param>
    /// <exception cref="ArgumentException">A name is empty or <paramref name="json"/> is not an object.</exception>
    public TokenClaims(string issuer, string subject, DateTimeOffset expiresAt, IEnumerable<string> scopes, JsonElement json)
    {
        ArgumentException.ThrowIfNullOrEmpty(issuer);
        ArgumentException.ThrowIfNullOrEmpty(subject);
        ArgumentNullException.ThrowIfNull(scopes);
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException("The claims must be a JSON object.", nameof(json));
        }

        Issuer = issuer;
        Subject = subject;
        ExpiresAt = expiresAt;
        Scopes = scopes.ToFrozenSet(StringComparer.Ordinal);
        _json = json.Clone();
    }

    /// <summary>
    /// Makes claims of a JSON object such as a token's payload, to ask <see cref="PgOAuth.Enforcement.IPgOAuthPolicy"/> about them. Nothing is
    /// verified: never use it for what a client sent.
    /// </summary>
    /// <param name="json">The object. <c>sub</c> must be there; <c>iss</c> and <c>exp</c> may be left out.</param>
    /// <exception cref="FormatException">It is not an object, or a claim cannot be read.</exception>
    public static TokenClaims FromUnverifiedJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return UnverifiedClaims.Parse(json);
    }

    /// <summary>The issuer, <c>iss</c>.</summary>
    public string Issuer { get; }

    /// <summary>The subject, <c>sub</c>.</summary>
    public string Subject { get; }

    /// <summary>When the token ends, <c>exp</c>.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The granted scopes, from <c>scope</c> or <c>scp</c>.</summary>
    public IReadOnlySet<string> Scopes { get; }

    /// <summary>The token's identifier, <c>jti</c>, or null.</summary>
    public string? TokenId { get; init; }

    /// <summary>The OAuth client the token was issued to (<c>client_id</c>, <c>azp</c> or <c>appid</c>), or null.</summary>
    public string? ClientId { get; init; }

    /// <summary>When the token was issued, <c>iat</c>, or null.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>All claims as JSON.</summary>
    public JsonElement Json => _json;

    /// <summary>Whether <paramref name="scope"/> was granted.</summary>
    public bool HasScope(string scope) => Scopes.Contains(scope);

    /// <summary>Whether the <c>groups</c> claim holds <paramref name="group"/>.</summary>
    public bool HasGroup(string group) => HasClaim("groups", group);

    /// <summary>Whether a claim is, or is an array that holds, the string <paramref name="value"/>.</summary>
    /// <param name="claim">The claim's name, or a JSON pointer (RFC 6901) such as <c>/realm_access/roles</c>.</param>
    /// <param name="value">The value, compared ordinally.</param>
    public bool HasClaim(string claim, string value)
    {
        if (!TryFind(claim, out var element))
        {
            return false;
        }

        if (element.ValueKind == JsonValueKind.String)
        {
            return element.ValueEquals(value);
        }

        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.String && item.ValueEquals(value))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The string, or the strings of the array, that a claim holds; empty when it is absent or of another type.</summary>
    /// <param name="claim">The claim's name, or a JSON pointer (RFC 6901) such as <c>/realm_access/roles</c>.</param>
    public IReadOnlyList<string> GetValues(string claim)
    {
        if (!TryFind(claim, out var element))
        {
            return [];
        }

        return element.ValueKind switch
        {
            JsonValueKind.String => [element.GetString()!],
            JsonValueKind.Array => [.. element.EnumerateArray().Where(static e => e.ValueKind == JsonValueKind.String).Select(static e => e.GetString()!)],
            _ => [],
        };
    }

    internal JsonElement? Find(string claim) => TryFind(claim, out var element) ? element : null;

    private bool TryFind(string claim, out JsonElement element)
    {
        ArgumentException.ThrowIfNullOrEmpty(claim);
        element = _json;
        if (claim[0] != '/')
        {
            return _json.TryGetProperty(claim, out element);
        }

        foreach (var segment in claim[1..].Split('/'))
        {
            var name = segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return false;
            }
        }

        return true;
    }
}
