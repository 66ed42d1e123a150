using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: what is used of an issuer's metadata document (RFC 8414, OpenID Connect Discovery).</summary>
internal static class IssuerMetadata
{
    /// <summary>Finds where the keys are.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="issuer">Its <c>issuer</c> must be this one, byte for byte (RFC 8414 section 3.3).</param>
    /// <param name="keyAddress">Its <c>jwks_uri</c>, on a host the issuer is known to use.</param>
    /// <param name="reason">Why the document cannot be used.</param>
    internal static bool TryReadKeyAddress(
        byte[] utf8, JwtIssuer issuer, [NotNullWhen(true)] out Uri? keyAddress, [NotNullWhen(false)] out string? reason)
    {
        keyAddress = null;
        if (!StrictJson.TryParseObject(utf8, out var document))
        {
            reason = "the metadata is not a strict JSON object";
            return false;
        }

        using (document)
        {
            return TryRead(document.RootElement, issuer, out keyAddress, out reason);
        }
    }

    private static bool TryRead(
        JsonElement json, JwtIssuer issuer, [NotNullWhen(true)] out Uri? keyAddress, [NotNullWhen(false)] out string? reason)
    {
        keyAddress = null;
        if (!json.TryGetString("issuer", out var name) || !string.Equals(name, issuer.Name, StringComparison.Ordinal))
        {
            reason = "the metadata is another issuer's";
            return false;
        }

        if (!json.TryGetString("jwks_uri", out var address) || !issuer.Addresses.TryParseKeyAddress(address, out var uri))
        {
            reason = "jwks_uri is missing or on a host that is neither the issuer's nor among AllowedKeyHosts";
            return false;
        }

        keyAddress = uri;
        reason = null;
        return true;
    }
}
