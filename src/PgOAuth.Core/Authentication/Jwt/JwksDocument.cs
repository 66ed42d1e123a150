using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: reads a JWK set (RFC 7517) and leaves out every key that is not clearly meant for verifying signatures.</summary>
internal static class JwksDocument
{
    /// <summary>More than any issuer publishes; a longer list is refused as a whole.</summary>
    internal const int MaxKeys = 100;

    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>Reads a key set.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="issuer">Whose it is; only its algorithms are taken.</param>
    /// <param name="ignored">Called with the index of each key left out, and why.</param>
    /// <param name="keys">The keys; at least one.</param>
    /// <param name="reason">Why the document cannot be used.</param>
    internal static bool TryParse(
        byte[] utf8,
        JwtIssuer issuer,
        Action<int, string> ignored,
        [NotNullWhen(true)] out KeySet? keys,
        [NotNullWhen(false)] out string? reason)
    {
        keys = null;
        if (utf8.Length > IssuerHttpClient.MaxBodyBytes || !StrictJson.TryParseObject(utf8, out var document))
        {
            reason = "the key set is not a strict JSON object";
            return false;
        }

        using (document)
        {
            if (!document.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                reason = "the key set has no array of keys";
                return false;
            }

            if (list.GetArrayLength() > MaxKeys)
            {
                reason = "the key set has more than 100 keys";
                return false;
            }

            var found = ReadKeys(list, issuer, ignored);
            if (found.Count == 0)
            {
                reason = "the key set has no key that can be used";
                return false;
            }

            keys = new KeySet(found);
            reason = null;
            return true;
        }
    }

    private static List<SigningKey> ReadKeys(JsonElement list, JwtIssuer issuer, Action<int, string> ignored)
    {
        var found = new List<SigningKey>();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (TryReadKey(item, issuer, out var key, out var reason))
            {
                found.Add(key);
            }
            else
            {
                ignored(index, reason);
            }

            index++;
        }

        return found;
    }

    private static bool TryReadKey(
        JsonElement json, JwtIssuer issuer, [NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? reason)
    {
        key = null;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetString("kty", out var type))
        {
            reason = "not a key";
            return false;
        }

        if (PrivateMembers.Any(name => json.TryGetProperty(name, out _)))
        {
            reason = "it holds secret or private parts";
            return false;
        }

        if (!IsForVerifying(json))
        {
            reason = "its use or key_ops are not for verifying signatures";
            return false;
        }

        string? keyId = null;
        if (json.TryGetProperty("kid", out _) && !json.TryGetString("kid", out keyId))
        {
            reason = "its kid is not a string";
            return false;
        }

        if (!TryReadPublicKey(json, type, out var jwk, out var fits))
        {
            reason = "its type, size or curve is not one that is used";
            return false;
        }

        var algorithms = AllowedAlgorithms(json, issuer, fits);
        if (algorithms.Length == 0)
        {
            reason = "its algorithm does not fit it or is not one of the issuer's";
            return false;
        }

        jwk.KeyId = keyId;
        reason = null;
        var fingerprint = string.Join('|', keyId, type, jwk.N, jwk.E, jwk.Crv, jwk.X, jwk.Y, string.Join(' ', algorithms));
        key = new SigningKey(issuer, jwk, algorithms, fingerprint);
        return true;
    }

    private static bool IsForVerifying(JsonElement json)
    {
        if (json.TryGetProperty("use", out var use) && !(use.ValueKind == JsonValueKind.String && use.ValueEquals("sig"u8)))
        {
            return false;
        }

        return !json.TryGetProperty("key_ops", out var operations)
            || (operations.ValueKind == JsonValueKind.Array
                && operations.EnumerateArray().Any(static o => o.ValueKind == JsonValueKind.String && o.ValueEquals("verify"u8)));
    }

    private static bool TryReadPublicKey(JsonElement json, string type, [NotNullWhen(true)] out JsonWebKey? key, out string[] algorithms)
    {
        key = null;
        algorithms = [];
        switch (type)
        {
            case JsonWebAlgorithmsKeyTypes.RSA:
                if (!TryReadNumber(json, "n", out var modulus) || !TryReadNumber(json, "e", out var exponent) || !PublicKey.IsSoundRsa(modulus, exponent))
                {
                    return false;
                }

                algorithms = SignatureAlgorithms.Rsa;
                key = new JsonWebKey { Kty = JsonWebAlgorithmsKeyTypes.RSA, N = Base64Url.EncodeToString(modulus.AsSpan().TrimStart((byte)0)), E = Base64Url.EncodeToString(exponent) };
                return true;
            case JsonWebAlgorithmsKeyTypes.EllipticCurve:
                if (!json.TryGetString("crv", out var curve)
                    || SignatureAlgorithms.OfCurve(curve) is not { } algorithm
                    || !TryReadNumber(json, "x", out var x)
                    || !TryReadNumber(json, "y", out var y)
                    || !PublicKey.HasCoordinateSize(curve, x, y))
                {
                    return false;
                }

                algorithms = [algorithm];
                key = new JsonWebKey { Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv = curve, X = Base64Url.EncodeToString(x), Y = Base64Url.EncodeToString(y) };
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadNumber(JsonElement json, string name, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        return json.TryGetString(name, out var text)
            && CanonicalBase64Url.TryDecode(Encoding.UTF8.GetBytes(text), out value)
            && value.Length > 0;
    }

    // The JWK's own alg narrows; it never widens.
    private static string[] AllowedAlgorithms(JsonElement json, JwtIssuer issuer, string[] fits)
    {
        if (!json.TryGetProperty("alg", out var own))
        {
            return [.. fits.Where(issuer.Algorithms.Contains)];
        }

        return own.ValueKind == JsonValueKind.String
            ? [.. fits.Where(a => issuer.Algorithms.Contains(a) && own.ValueEquals(a))]
            : [];
    }
}
