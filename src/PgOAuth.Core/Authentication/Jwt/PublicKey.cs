using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: checks a published key by importing it: sizes, and that a point lies on its curve.</summary>
internal static class PublicKey
{
    /// <summary>NIST SP 800-131A; RFC 7518 section 3.3.</summary>
    private const int MinRsaBits = 2048;

    /// <summary>Larger ones only make verification slow.</summary>
    private const int MaxRsaBits = 8192;

    internal static bool IsSound(JsonWebKey key)
    {
        try
        {
            return key.Kty == JsonWebAlgorithmsKeyTypes.RSA ? IsSoundRsa(key) : IsSoundCurve(key);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    internal static bool IsSoundRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        modulus = modulus.TrimStart((byte)0);
        exponent = exponent.TrimStart((byte)0);
        if (modulus.IsEmpty || modulus.Length > MaxRsaBits / 8 || exponent.Length is < 3 or > 4)
        {
            return false;
        }

        // FIPS 186-5 A.1.1: an odd exponent above 2^16. Four bytes are more than anybody uses.
        var bits = ((modulus.Length - 1) * 8) + (8 - byte.LeadingZeroCount(modulus[0]));
        return bits >= MinRsaBits && (modulus[^1] & 1) == 1 && (exponent[^1] & 1) == 1;
    }

    /// <summary>Coordinates have the full size of the curve, leading zeros included (RFC 7518 section 6.2.1.2).</summary>
    internal static bool HasCoordinateSize(string curve, byte[] x, byte[] y)
    {
        var size = curve switch
        {
            JsonWebKeyECTypes.P256 => 32,
            JsonWebKeyECTypes.P384 => 48,
            JsonWebKeyECTypes.P521 => 66,
            _ => 0,
        };
        return size != 0 && x.Length == size && y.Length == size;
    }

    private static bool IsSoundRsa(JsonWebKey key)
    {
        var modulus = Base64UrlEncoder.DecodeBytes(key.N);
        var exponent = Base64UrlEncoder.DecodeBytes(key.E);
        if (!IsSoundRsa(modulus, exponent))
        {
            return false;
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa.KeySize is >= MinRsaBits and <= MaxRsaBits;
    }

    private static bool IsSoundCurve(JsonWebKey key)
    {
        var curve = key.Crv switch
        {
            JsonWebKeyECTypes.P256 => ECCurve.NamedCurves.nistP256,
            JsonWebKeyECTypes.P384 => ECCurve.NamedCurves.nistP384,
            _ => ECCurve.NamedCurves.nistP521,
        };
        var point = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) };
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = curve, Q = point });
        return ecdsa.KeySize is 256 or 384 or 521;
    }
}
