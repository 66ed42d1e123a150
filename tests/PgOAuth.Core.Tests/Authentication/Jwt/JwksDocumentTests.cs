using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PgOAuth.Options;
using PgOAuth.Testing.Authentication;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

public sealed class JwksDocumentTests
{
    private static readonly JwtIssuer Issuer = new(new IssuerOptions { Issuer = "https://login.example.com/", Audiences = { "postgres" } });

    [Fact]
    public void C07_KeysOfEachUsedKind_AreTaken_WithTheAlgorithmsThatFit()
    {
        var keys = Parse(
            TestKey.Rsa1.ToJwk(),
            TestKey.Ec1.ToJwk(),
            TestKey.Ec("ec-384", ECCurve.NamedCurves.nistP384, "P-384").ToJwk(),
            TestKey.Ec("ec-521", ECCurve.NamedCurves.nistP521, "P-521").ToJwk());

        Assert.Equal(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], Find(keys, "rsa-1").Algorithms);
        Assert.Equal(["ES256"], Find(keys, "ec-1").Algorithms);
        Assert.Equal(["ES384"], Find(keys, "ec-384").Algorithms);
        Assert.Equal(["ES512"], Find(keys, "ec-521").Algorithms);
        Assert.NotNull(Find(keys, "ec-521").Parameters);
    }

    [Fact]
    public void C02_AlgOfTheJwk_Narrows()
    {
        var key = With(TestKey.Rsa1, "alg", "PS256");

        Assert.Equal(["PS256"], Find(Parse(key), "rsa-1").Algorithms);
    }

    public static TheoryData<string> IgnoredKeys { get; } = new(Ignored.Keys);

    private static Dictionary<string, Func<JsonNode?>> Ignored => new(StringComparer.Ordinal)
    {
        ["UseEnc"] = () => With(TestKey.Rsa2, "use", "enc"),
        ["UseEmpty"] = () => With(TestKey.Rsa2, "use", ""),
        ["UseNumber"] = () => With(TestKey.Rsa2, "use", 1),
        ["UseNull"] = () => With(TestKey.Rsa2, "use", null),
        ["KeyOpsEncrypt"] = () => With(TestKey.Rsa2, "key_ops", new JsonArray("encrypt", "wrapKey")),
        ["KeyOpsSignOnly"] = () => With(TestKey.Rsa2, "key_ops", new JsonArray("sign")),
        ["KeyOpsEmpty"] = () => With(TestKey.Rsa2, "key_ops", new JsonArray()),
        ["KeyOpsString"] = () => With(TestKey.Rsa2, "key_ops", "verify"),
        ["AlgHs256"] = () => With(TestKey.Rsa2, "alg", "HS256"),
        ["AlgOfAnotherType"] = () => With(TestKey.Rsa2, "alg", "ES256"),
        ["AlgOfAnotherCurve"] = () => With(TestKey.Ec1.Named("x"), "alg", "ES384"),
        ["AlgEncryption"] = () => With(TestKey.Rsa2, "alg", "RSA-OAEP"),
        ["AlgNone"] = () => With(TestKey.Rsa2, "alg", "none"),
        ["AlgNumber"] = () => With(TestKey.Rsa2, "alg", 1),
        ["Oct"] = () => new JsonObject { ["kty"] = "oct", ["kid"] = "rsa-2", ["k"] = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlYw" },
        ["OctInsideRsa"] = () => With(TestKey.Rsa2, "k", "c2VjcmV0"),
        ["Okp"] = () => new JsonObject { ["kty"] = "OKP", ["kid"] = "rsa-2", ["crv"] = "Ed25519", ["x"] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
        ["KtyLowerCase"] = () => With(TestKey.Rsa2, "kty", "rsa"),
        ["KtyMissing"] = () => Without(TestKey.Rsa2, "kty"),
        ["KtyNumber"] = () => With(TestKey.Rsa2, "kty", 1),
        ["KidNumber"] = () => With(TestKey.Rsa2, "kid", 1),
        ["PrivatePart"] = () => With(TestKey.Rsa2, "d", TestKey.Rsa2.PrivatePart()),
        ["PrivateEcPart"] = () => With(TestKey.Ec1.Named("x"), "d", TestKey.Ec1.PrivatePart()),
        ["Rsa1024"] = () => TestKey.Rsa("x", 1024).ToJwk(),
        ["Rsa2047"] = () => With(TestKey.Rsa2, "n", Base64Url.EncodeToString(Modulus(2047))),
        ["Rsa100000"] = () => With(TestKey.Rsa2, "n", Base64Url.EncodeToString(Modulus(100_000))),
        ["RsaEvenModulus"] = () => With(TestKey.Rsa2, "n", Base64Url.EncodeToString([0x80, .. new byte[255]])),
        ["RsaZeroModulus"] = () => With(TestKey.Rsa2, "n", Base64Url.EncodeToString(new byte[256])),
        ["RsaNoModulus"] = () => Without(TestKey.Rsa2, "n"),
        ["RsaEmptyModulus"] = () => With(TestKey.Rsa2, "n", ""),
        ["RsaModulusNotBase64"] = () => With(TestKey.Rsa2, "n", "!!!!"),
        ["RsaModulusPadded"] = () => With(TestKey.Rsa2, "n", (string)TestKey.Rsa2.ToJwk()["n"]! + "=="),
        ["RsaExponent1"] = () => With(TestKey.Rsa2, "e", "AQ"),
        ["RsaExponent3"] = () => With(TestKey.Rsa2, "e", "Aw"),
        ["RsaExponent65536"] = () => With(TestKey.Rsa2, "e", "AQAA"),
        ["RsaExponent0"] = () => With(TestKey.Rsa2, "e", "AA"),
        ["RsaExponentLong"] = () => With(TestKey.Rsa2, "e", Base64Url.EncodeToString([1, 0, 0, 0, 1])),
        ["RsaNoExponent"] = () => Without(TestKey.Rsa2, "e"),
        ["EcSecp256k1"] = () => With(TestKey.Ec1.Named("x"), "crv", "secp256k1"),
        ["EcP224"] = () => With(TestKey.Ec1.Named("x"), "crv", "P-224"),
        ["EcCurveOfAnotherSize"] = () => With(TestKey.Ec1.Named("x"), "crv", "P-384"),
        ["EcCurveLowerCase"] = () => With(TestKey.Ec1.Named("x"), "crv", "p-256"),
        ["EcNoY"] = () => Without(TestKey.Ec1.Named("x"), "y"),
        ["EcShortX"] = () => With(TestKey.Ec1.Named("x"), "x", Base64Url.EncodeToString(new byte[31])),
        ["String"] = () => JsonValue.Create("rsa-2"),
        ["Null"] = () => null,
        ["Array"] = () => new JsonArray(),
    };

    [Theory]
    [MemberData(nameof(IgnoredKeys))]
    public void C07_KeyNotClearlyForVerifying_IsLeftOut_AndTheOthersStay(string name)
    {
        var ignored = new List<int>();
        var ok = JwksDocument.TryParse(Document(TestKey.Rsa1.ToJwk(), Ignored[name]()), Issuer, (i, _) => ignored.Add(i), out var keys, out _);

        Assert.True(ok);
        Assert.Equal(1, keys!.Count);
        Assert.NotNull(Find(keys, "rsa-1").Parameters);
        Assert.Equal([1], ignored);
        Assert.False(JwksDocument.TryParse(Document(Ignored[name]()), Issuer, (_, _) => { }, out _, out var reason));
        Assert.NotEmpty(reason!);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("y")]
    public void C07_PointOffTheCurve_IsUnsound_WhenItIsFirstUsed(string coordinate)
    {
        var bytes = Base64Url.DecodeFromChars((string)TestKey.Ec1.ToJwk()[coordinate]!);
        bytes[5] ^= 1;
        var keys = Parse(With(TestKey.Ec1, coordinate, Base64Url.EncodeToString(bytes)));

        Assert.Null(Find(keys, "ec-1").Parameters);
    }

    [Fact]
    public void C07_ZeroPoint_IsUnsound()
    {
        var jwk = With(TestKey.Ec1, "x", Base64Url.EncodeToString(new byte[32]));
        jwk["y"] = Base64Url.EncodeToString(new byte[32]);

        Assert.Null(Find(Parse(jwk), "ec-1").Parameters);
    }

    [Fact]
    public void C04_DuplicateKid_NeitherIsUsed()
    {
        var keys = Parse(TestKey.Rsa1.ToJwk(), TestKey.Rsa2.Named("rsa-1").ToJwk(), TestKey.Ec1.ToJwk());

        Assert.False(keys.TryFind("rsa-1", out _));
        Assert.False(keys.MayAppear("rsa-1"));
        Assert.True(keys.TryFind("ec-1", out _));
        Assert.False(keys.TryFind(null, out _));
    }

    [Fact]
    public void C04_Kid_IsMatchedExactly()
    {
        var keys = Parse(TestKey.Rsa1.ToJwk(), TestKey.Rsa2.Named("RSA-1").ToJwk());

        Assert.NotSame(Find(keys, "rsa-1"), Find(keys, "RSA-1"));
        Assert.False(keys.TryFind("Rsa-1", out _));
        Assert.False(keys.TryFind("", out _));
        Assert.True(keys.MayAppear("Rsa-1"));
    }

    [Fact]
    public void C07_KeyWithoutKid_IsFoundOnlyByTokensWithoutKid()
    {
        var keys = Parse(TestKey.Rsa1.Named(null).ToJwk());

        Assert.True(keys.TryFind(null, out _));
        Assert.False(keys.TryFind("rsa-1", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":null}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[]}")]
    [InlineData("{\"Keys\":[]}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[")]
    [InlineData("<html><body>Maintenance</body></html>")]
    public void C09_DocumentWithoutUsableKeys_IsRefused(string text)
    {
        Assert.False(JwksDocument.TryParse(Encoding.UTF8.GetBytes(text), Issuer, (_, _) => { }, out var keys, out var reason));
        Assert.Null(keys);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void C20_DuplicateMemberInAKey_RefusesTheDocument()
    {
        var text = Encoding.UTF8.GetString(Document(TestKey.Rsa1.ToJwk())).Replace("\"use\":\"sig\"", "\"use\":\"enc\",\"use\":\"sig\"", StringComparison.Ordinal);

        Assert.False(JwksDocument.TryParse(Encoding.UTF8.GetBytes(text), Issuer, (_, _) => { }, out _, out _));
    }

    [Fact]
    public void C07_MoreThan100Keys_RefuseTheDocument()
    {
        var hundred = Enumerable.Range(0, 100).Select(i => (JsonNode)TestKey.Ec1.Named(i.ToString(CultureInfo.InvariantCulture)).ToJwk()).ToArray();

        Assert.Equal(100, Parse(hundred).Count);
        Assert.False(JwksDocument.TryParse(Document([.. hundred.Select(k => k.DeepClone()), TestKey.Rsa1.ToJwk()]), Issuer, (_, _) => { }, out _, out var reason));
        Assert.Contains("100", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void C07_MoreThan64KiB_RefusesTheDocument()
    {
        var document = Document(TestKey.Rsa1.ToJwk());
        byte[] padded = [.. document, .. Enumerable.Repeat((byte)' ', (64 * 1024) - document.Length)];

        Assert.True(JwksDocument.TryParse(padded, Issuer, (_, _) => { }, out _, out _));
        Assert.False(JwksDocument.TryParse([.. padded, (byte)' '], Issuer, (_, _) => { }, out _, out _));
    }

    [Fact]
    public void SameKeys_InAnotherOrder_AreTheSame()
    {
        var one = Parse(TestKey.Rsa1.ToJwk(), TestKey.Ec1.ToJwk());

        Assert.True(one.HasSameKeys(Parse(TestKey.Ec1.ToJwk(), TestKey.Rsa1.ToJwk())));
        Assert.False(one.HasSameKeys(Parse(TestKey.Ec1.ToJwk())));
        Assert.False(one.HasSameKeys(Parse(TestKey.Ec1.ToJwk(), TestKey.Rsa2.Named("rsa-1").ToJwk())));
        Assert.False(one.HasSameKeys(Parse(TestKey.Ec1.ToJwk(), With(TestKey.Rsa1, "alg", "RS256"))));
    }

    private static byte[] Modulus(int bits)
    {
        var bytes = Enumerable.Repeat((byte)0xff, (bits + 7) / 8).ToArray();
        bytes[0] = (byte)(0xff >> ((8 - (bits % 8)) % 8));
        return bytes;
    }

    private static JsonObject With(TestKey key, string member, JsonNode? value)
    {
        var jwk = key.ToJwk();
        jwk[member] = value;
        return jwk;
    }

    private static JsonObject Without(TestKey key, string member)
    {
        var jwk = key.ToJwk();
        jwk.Remove(member);
        return jwk;
    }

    private static byte[] Document(params JsonNode?[] keys) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray([.. keys.Select(k => k?.DeepClone())]) }.ToJsonString());

    private static KeySet Parse(params JsonNode?[] keys)
    {
        Assert.True(JwksDocument.TryParse(Document(keys), Issuer, (_, _) => { }, out var set, out var reason), reason);
        return set;
    }

    private static SigningKey Find(KeySet keys, string? keyId)
    {
        Assert.True(keys.TryFind(keyId, out var key));
        return key;
    }
}
