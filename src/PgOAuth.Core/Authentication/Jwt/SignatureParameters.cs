using Microsoft.IdentityModel.Tokens;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: the library's settings, made once per key; every default that matters is set, because several accept too much.</summary>
/// <remarks>
/// The library verifies signatures. The claims it is told to check here are checked by <see cref="ClaimRules"/> first:
/// two locks on one door. Time is <see cref="TokenLifetime"/>'s alone, which runs on the injected clock.
/// </remarks>
internal static class SignatureParameters
{
    // Not the process-wide default, which belongs to the host application.
    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = true };

    internal static TokenValidationParameters Create(JwtIssuer issuer, JsonWebKey key, string[] algorithms)
    {
        SecurityKey[] keys = [key];
        var allowPlain = issuer.AllowPlainJwtType;
        return new TokenValidationParameters
        {
            // Signature: exactly this key, exactly these algorithms.
            RequireSignedTokens = true,
            ValidAlgorithms = algorithms,
            IssuerSigningKeyResolver = (_, _, _, _) => keys,
            TryAllIssuerSigningKeys = false,
            TryAllDecryptionKeys = false,
            ValidateIssuerSigningKey = true,
            ValidateSignatureLast = false,
            CryptoProviderFactory = Crypto,
            ConfigurationManager = null,
            RefreshBeforeValidation = false,
            ValidateWithLKG = false,

            // Claims.
            ValidateIssuer = true,
            ValidIssuer = issuer.Name,
            ValidateAudience = true,
            RequireAudience = true,
            ValidAudiences = issuer.Audiences,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            TypeValidator = (type, _, _) => TokenType.IsAccessToken(string.IsNullOrEmpty(type) ? null : type, allowPlain)
                ? type
                : throw new SecurityTokenInvalidTypeException("typ"),
            ValidateLifetime = true,
            RequireExpirationTime = true,
            LifetimeValidator = static (_, expires, _, _) => expires is not null,
            ClockSkew = issuer.ClockSkew,
            ValidateActor = false,
            ValidateTokenReplay = false,

            // Secrets: no token in results, no identifier in the library's own log.
            SaveSigninToken = false,
            IncludeTokenOnFailedValidation = false,
            LogTokenId = false,
            LogValidationExceptions = false,
        };
    }
}
