using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: identifiers in claims, which go on into settings, logs and audit.</summary>
internal static class ClaimText
{
    /// <summary>OpenID Connect Core section 2 limits <c>sub</c> to this; the other identifiers get the same.</summary>
    internal const int MaxLength = 255;

    internal static bool TryReadIdentifier(JsonElement payload, string name, [NotNullWhen(true)] out string? value) =>
        payload.TryGetString(name, out value) && value.Length is > 0 and <= MaxLength && !value.Any(char.IsControl);

    /// <summary>As <see cref="TryReadIdentifier"/>, but an absent claim is null and fine.</summary>
    internal static bool TryReadOptionalIdentifier(JsonElement payload, string name, out string? value)
    {
        value = null;
        return !payload.TryGetProperty(name, out _) || TryReadIdentifier(payload, name, out value);
    }
}
