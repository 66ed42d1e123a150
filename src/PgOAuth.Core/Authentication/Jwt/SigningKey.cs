using Microsoft.IdentityModel.Tokens;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: one key of an issuer's key set. Checked and made ready when first used; immutable.</summary>
internal sealed class SigningKey
{
    private readonly Lazy<TokenValidationParameters?> _parameters;

    /// <param name="issuer">Whose key it is.</param>
    /// <param name="key">The public key, structurally sound.</param>
    /// <param name="algorithms">What it may verify: allowed by the issuer, fit for the key, and the JWK's own <c>alg</c>.</param>
    /// <param name="fingerprint">Equal for equal keys.</param>
    internal SigningKey(JwtIssuer issuer, JsonWebKey key, string[] algorithms, string fingerprint)
    {
        KeyId = key.KeyId;
        Algorithms = algorithms;
        Fingerprint = fingerprint;
        _parameters = new Lazy<TokenValidationParameters?>(
            () => PublicKey.IsSound(key) ? SignatureParameters.Create(issuer, key, algorithms) : null);
    }

    internal string? KeyId { get; }

    internal string[] Algorithms { get; }

    internal string Fingerprint { get; }

    /// <summary>What the library verifies with; null when the key turned out to be unsound.</summary>
    internal TokenValidationParameters? Parameters => _parameters.Value;
}
