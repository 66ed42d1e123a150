using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace PgOAuth.Testing.Authentication;

/// <summary>An issuer's key pair. The static ones are made once and shared; signing is thread-safe.</summary>
public sealed class TestKey
{
    private static readonly Lazy<TestKey> FirstRsa = new(() => Rsa("rsa-1"));
    private static readonly Lazy<TestKey> SecondRsa = new(() => Rsa("rsa-2"));
    private static readonly Lazy<TestKey> FirstEc = new(() => Ec("ec-1", ECCurve.NamedCurves.nistP256, "P-256"));
    private readonly Lock _lock = new();
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;
    private readonly string? _curve;

    private TestKey(string? keyId, RSA? rsa, ECDsa? ec, string? curve)
    {
        KeyId = keyId;
        _rsa = rsa;
        _ec = ec;
        _curve = curve;
    }

    /// <summary>A shared RSA-2048 key, <c>rsa-1</c>.</summary>
    public static TestKey Rsa1 => FirstRsa.Value;

    /// <summary>Another shared RSA-2048 key, <c>rsa-2</c>.</summary>
    public static TestKey Rsa2 => SecondRsa.Value;

    /// <summary>A shared P-256 key, <c>ec-1</c>.</summary>
    public static TestKey Ec1 => FirstEc.Value;

    /// <summary>The key's name, or null.</summary>
    public string? KeyId { get; private init; }

    /// <summary>The public half, for attacks that take it for a secret.</summary>
    public byte[] SubjectPublicKeyInfo => _rsa?.ExportSubjectPublicKeyInfo() ?? _ec!.ExportSubjectPublicKeyInfo();

    /// <summary>The public half as PEM.</summary>
    public string PublicPem => _rsa?.ExportSubjectPublicKeyInfoPem() ?? _ec!.ExportSubjectPublicKeyInfoPem();

    /// <summary>A new RSA key.</summary>
    public static TestKey Rsa(string? keyId, int bits = 2048) => new(keyId, RSA.Create(bits), null, null);

    /// <summary>A new elliptic-curve key.</summary>
    public static TestKey Ec(string? keyId, ECCurve curve, string curveName) => new(keyId, null, ECDsa.Create(curve), curveName);

    /// <summary>The same key under another name.</summary>
    public TestKey Named(string? keyId) => new(keyId, _rsa, _ec, _curve);

    /// <summary>Signs as a JWS algorithm says.</summary>
    public byte[] Sign(string algorithm, byte[] data)
    {
        var hash = algorithm[2..] switch
        {
            "256" => HashAlgorithmName.SHA256,
            "384" => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };
        lock (_lock)
        {
            return algorithm[..2] switch
            {
                "RS" => _rsa!.SignData(data, hash, RSASignaturePadding.Pkcs1),
                "PS" => _rsa!.SignData(data, hash, RSASignaturePadding.Pss),
                "ES" => _ec!.SignData(data, hash),
                _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
            };
        }
    }

    /// <summary>The public half as a JWK.</summary>
    public JsonObject ToJwk()
    {
        var jwk = new JsonObject();
        if (KeyId is not null)
        {
            jwk["kid"] = KeyId;
        }

        jwk["use"] = "sig";
        if (_rsa is not null)
        {
            var parameters = _rsa.ExportParameters(false);
            jwk["kty"] = "RSA";
            jwk["n"] = Base64Url.EncodeToString(parameters.Modulus);
            jwk["e"] = Base64Url.EncodeToString(parameters.Exponent);
        }
        else
        {
            var parameters = _ec!.ExportParameters(false);
            jwk["kty"] = "EC";
            jwk["crv"] = _curve;
            jwk["x"] = Base64Url.EncodeToString(parameters.Q.X);
            jwk["y"] = Base64Url.EncodeToString(parameters.Q.Y);
        }

        return jwk;
    }

    /// <summary>The private exponent, for key sets that leak it.</summary>
    public string PrivatePart() =>
        Base64Url.EncodeToString(_rsa is not null ? _rsa.ExportParameters(true).D : _ec!.ExportParameters(true).D);
}
