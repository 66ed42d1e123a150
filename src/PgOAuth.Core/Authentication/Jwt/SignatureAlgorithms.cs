using System.Collections.Frozen;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: the signature algorithms there are, and which key each needs (RFC 7518 section 3.1).</summary>
/// <remarks>Asymmetric ones only: with none and HS* absent, a public key can never be taken for a secret (RFC 8725 section 2.1).</remarks>
internal static class SignatureAlgorithms
{
    internal static readonly string[] Rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

    internal static readonly FrozenSet<string> All =
        FrozenSet.ToFrozenSet([.. Rsa, "ES256", "ES384", "ES512"], StringComparer.Ordinal);

    /// <summary>The one algorithm of an elliptic curve, or null for a curve that is not used.</summary>
    internal static string? OfCurve(string? curve) => curve switch
    {
        "P-256" => "ES256",
        "P-384" => "ES384",
        "P-521" => "ES512",
        _ => null,
    };
}
