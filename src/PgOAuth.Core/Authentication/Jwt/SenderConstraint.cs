using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: a token bound to a client certificate opens only that client's connection (RFC 8705 section 3).</summary>
internal static class SenderConstraint
{
    internal static bool IsPresent(JsonElement payload) => payload.TryGetProperty("cnf", out _);

    /// <summary>
    /// Whether the connection proves what <c>cnf</c> asks for. Only <c>x5t#S256</c> alone can be proven here: a DPoP key
    /// (RFC 9449) or a confirmation method not known here cannot, and that is a refusal.
    /// </summary>
    internal static bool IsProven(JsonElement payload, X509Certificate2? clientCertificate)
    {
        if (!payload.TryGetProperty("cnf", out var confirmation))
        {
            return true;
        }

        if (clientCertificate is null
            || confirmation.ValueKind != JsonValueKind.Object
            || confirmation.GetPropertyCount() != 1
            || !confirmation.TryGetString("x5t#S256", out var expected))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return clientCertificate.TryGetCertHash(HashAlgorithmName.SHA256, hash, out _)
            && string.Equals(Base64Url.EncodeToString(hash), expected, StringComparison.Ordinal);
    }
}
