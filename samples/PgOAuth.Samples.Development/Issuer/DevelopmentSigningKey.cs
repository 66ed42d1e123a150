using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>One signing key, and its public half as a JWK. Its <c>kid</c> is its RFC 7638 thumbprint, so the same key has the same one everywhere.</summary>
internal sealed class DevelopmentSigningKey
{
    private const int RsaBits = 2048;

    private DevelopmentSigningKey(DevelopmentSigningAlgorithm algorithm, int number, AsymmetricSecurityKey key, AsymmetricAlgorithm material)
    {
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        Algorithm = algorithm;
        Number = number;
        Pem = material.ExportPkcs8PrivateKeyPem() + "\n";
        PublicKey = key is RsaSecurityKey rsa
            ? JsonWebKeyConverter.ConvertFromRSASecurityKey(rsa)
            : JsonWebKeyConverter.ConvertFromECDsaSecurityKey((ECDsaSecurityKey)key);
        Credentials = new SigningCredentials(key, algorithm == DevelopmentSigningAlgorithm.Rs256 ? SecurityAlgorithms.RsaSha256 : SecurityAlgorithms.EcdsaSha256);
    }

    public DevelopmentSigningAlgorithm Algorithm { get; }

    /// <summary>The place in the order of rotations; the highest one of an algorithm signs.</summary>
    public int Number { get; }

    public SigningCredentials Credentials { get; }

    /// <summary>The key as a JWK; only its public members are ever written out.</summary>
    public JsonWebKey PublicKey { get; }

    /// <summary>The private key, PKCS#8.</summary>
    public string Pem { get; }

    public static DevelopmentSigningKey Create(DevelopmentSigningAlgorithm algorithm, int number)
    {
        return algorithm == DevelopmentSigningAlgorithm.Rs256
            ? FromRsa(RSA.Create(RsaBits), number)
            : FromEcdsa(ECDsa.Create(ECCurve.NamedCurves.nistP256), number);
    }

    public static DevelopmentSigningKey Read(DevelopmentSigningAlgorithm algorithm, int number, string pem)
    {
        if (algorithm == DevelopmentSigningAlgorithm.Rs256)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return FromRsa(rsa, number);
        }

        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        return FromEcdsa(ecdsa, number);
    }

    private static DevelopmentSigningKey FromRsa(RSA rsa, int number)
    {
        return new DevelopmentSigningKey(DevelopmentSigningAlgorithm.Rs256, number, new RsaSecurityKey(rsa), rsa);
    }

    private static DevelopmentSigningKey FromEcdsa(ECDsa ecdsa, int number)
    {
        return new DevelopmentSigningKey(DevelopmentSigningAlgorithm.Es256, number, new ECDsaSecurityKey(ecdsa), ecdsa);
    }
}
