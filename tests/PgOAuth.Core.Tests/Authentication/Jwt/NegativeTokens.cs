using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using PgOAuth.Testing.Authentication;

namespace PgOAuth.Authentication.Jwt;

/// <summary>The negative table: each token has one thing wrong.</summary>
internal static class NegativeTokens
{
    internal static readonly IReadOnlyList<NegativeToken> All =
    [
        .. Algorithms(), .. Headers(), .. Types(), .. Issuers(), .. Audiences(), .. Times(), .. Identities(),
        .. Scopes(), .. Duplicates(), .. Spellings(), .. Encrypted(), .. Shapes(), .. Senders(), .. Signatures(),
    ];

    private static NegativeToken Header(string name, TokenFailure failure, string member, JsonNode? value, bool needsKeys = false, bool plain = false) =>
        new(name, failure, d => { d.Header[member] = value?.DeepClone(); return d.Build(); }, needsKeys, plain);

    private static NegativeToken Claim(string name, TokenFailure failure, string member, JsonNode? value, bool plain = false) =>
        new(name, failure, d => { d.Payload[member] = value?.DeepClone(); Plainly(d, plain); return d.Build(); }, false, plain);

    private static NegativeToken Raw(string name, TokenFailure failure, string member, string json, bool needsKeys = false) =>
        new(name, failure, d => d.RawClaim(member, json).Build(), needsKeys);

    private static NegativeToken Without(string name, TokenFailure failure, string member) =>
        new(name, failure, d => { d.Payload.Remove(member); return d.Build(); });

    private static NegativeToken Text(string name, TokenFailure failure, Func<string, string> change, bool needsKeys = false) =>
        new(name, failure, d => change(d.Build()), needsKeys);

    private static void Plainly(TokenDraft draft, bool plain)
    {
        if (plain)
        {
            draft.Header["typ"] = "JWT";
        }
    }

    private static IEnumerable<NegativeToken> Algorithms()
    {
        foreach (var name in new[]
        {
            "none", "None", "nOnE", "NONE", "none ", "", "HS256", "HS384", "HS512", "hs256", "rs256", "Rs256", "RS256 ", "RS1", "RS2560", "ES256K",
            "EdDSA", "ML-DSA-44", "dir", "RSA-OAEP", "A256GCM", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        })
        {
            yield return Header($"C01_Alg_{name}", TokenFailure.AlgorithmNotAllowed, "alg", name);
        }

        yield return new("C01_AlgMissing", TokenFailure.AlgorithmNotAllowed, d => { d.Header.Remove("alg"); return d.Build(); });
        yield return Header("C01_AlgNull", TokenFailure.AlgorithmNotAllowed, "alg", null);
        yield return Header("C01_AlgNumber", TokenFailure.AlgorithmNotAllowed, "alg", 256);
        yield return Header("C01_AlgArray", TokenFailure.AlgorithmNotAllowed, "alg", new JsonArray("RS256"));
        yield return new("C01_AlgNone_EmptySignature", TokenFailure.AlgorithmNotAllowed, d => { d.Header["alg"] = "none"; return WithoutSignature(d.Build()) + "."; });
        yield return new("C01_AlgNone_TwoParts", TokenFailure.NotRecognised, d => { d.Header["alg"] = "none"; return WithoutSignature(d.Build()); });
        yield return Text("C01_EmptySignature", TokenFailure.BadSignature, t => WithoutSignature(t) + ".");
        yield return Text("C01_TwoParts", TokenFailure.NotRecognised, WithoutSignature);
        yield return Text("C01_TrailingDot", TokenFailure.NotRecognised, t => t + ".");
        yield return Text("C01_LeadingDot", TokenFailure.NotRecognised, t => "." + t);
        yield return Header("C01_B64False", TokenFailure.Malformed, "b64", false);
        yield return Header("C01_B64True", TokenFailure.Malformed, "b64", true);
        yield return Header("C01_CritB64", TokenFailure.Malformed, "crit", new JsonArray("b64"));
        yield return Header("C01_CritUnknown", TokenFailure.Malformed, "crit", new JsonArray("exp"));
        yield return Header("C01_CritEmpty", TokenFailure.Malformed, "crit", new JsonArray());
        yield return Header("C01_CritNull", TokenFailure.Malformed, "crit", null);
        foreach (var (name, secret) in new (string, Func<TestKey, byte[]>)[]
        {
            ("Pem", k => Encoding.UTF8.GetBytes(k.PublicPem)),
            ("PemWithNewline", k => Encoding.UTF8.GetBytes(k.PublicPem + "\n")),
            ("Der", k => k.SubjectPublicKeyInfo),
            ("JwkText", k => Encoding.UTF8.GetBytes(k.ToJwk().ToJsonString())),
            ("Modulus", k => Base64Url.DecodeFromChars((string)k.ToJwk()["n"]!)),
            ("EmptySecret", _ => []),
        })
        {
            yield return new($"C02_Hs256With{name}", TokenFailure.AlgorithmNotAllowed, d => { d.Header["alg"] = "HS256"; d.HmacSecret = secret(TestKey.Rsa1); return d.Build(); });
            yield return new($"C02_HmacSaysRs256With{name}", TokenFailure.BadSignature, d => { d.HmacSecret = secret(TestKey.Rsa1); return d.Build(); }, true);
        }

        yield return new("C02_RsaKey_SaysEs256", TokenFailure.AlgorithmNotAllowed, d => { d.Header["alg"] = "ES256"; d.SignAs = "RS256"; return d.Build(); }, true);
        yield return new("C02_EcKeyId_SaysRs256", TokenFailure.AlgorithmNotAllowed, d => { d.Header["kid"] = "ec-1"; return d.Build(); }, true);
        yield return new("C02_EcKey_SaysEs384", TokenFailure.AlgorithmNotAllowed, d => { d.Header["alg"] = "ES384"; d.Header["kid"] = "ec-1"; d.Key = TestKey.Ec1; return d.Build(); }, true);
        yield return new("C02_SignedPs256_SaysRs256", TokenFailure.BadSignature, d => { d.SignAs = "PS256"; return d.Build(); }, true);
        yield return new("C02_SignedRs512_SaysRs256", TokenFailure.BadSignature, d => { d.SignAs = "RS512"; return d.Build(); }, true);
    }

    private static IEnumerable<NegativeToken> Headers()
    {
        foreach (var kid in new[]
        {
            "rsa-9", "RSA-1", "rsa-1 ", " rsa-1", "rsa-1\0", "rsa", "../../etc/passwd", "/dev/null", "' OR 1=1 --", "http://127.0.0.1/key",
            "rsa-1,ec-1", "*", "rsa\u200b-1", new string('k', 256),
        })
        {
            yield return Header($"C04_Kid_{(kid.Length > 30 ? "Long" : kid)}", TokenFailure.UnknownKey, "kid", kid, needsKeys: true);
        }

        yield return new("C04_KidAbsent_SeveralKeys", TokenFailure.UnknownKey, d => { d.Header.Remove("kid"); return d.Build(); }, true);
        yield return Header("C04_KidEmpty", TokenFailure.Malformed, "kid", "");
        yield return Header("C04_KidNumber", TokenFailure.Malformed, "kid", 1);
        yield return Header("C04_KidNull", TokenFailure.Malformed, "kid", null);
        yield return Header("C04_KidArray", TokenFailure.Malformed, "kid", new JsonArray("rsa-1"));
        yield return Header("C04_Kid257", TokenFailure.Malformed, "kid", new string('k', 257));
        yield return Header("C04_Kid40000", TokenFailure.Malformed, "kid", new string('k', 40_000));
        yield return new("C04_KidOfAnotherKey", TokenFailure.BadSignature, d => { d.Key = TestKey.Rsa2; d.Header["kid"] = "rsa-1"; return d.Build(); }, true);
        foreach (var member in new[] { "jku", "x5u" })
        {
            yield return new($"C05_{member}", TokenFailure.BadSignature, d => { d.Key = TestKey.Rsa2; d.Header[member] = "https://evil.example.com/jwks"; return d.Build(); }, true);
        }

        yield return new("C05_Jwk", TokenFailure.BadSignature, d => { d.Key = TestKey.Rsa2; d.Header["jwk"] = TestKey.Rsa2.ToJwk(); return d.Build(); }, true);
        yield return new("C05_Jwk_WithItsKid", TokenFailure.UnknownKey, d => { d.Key = TestKey.Rsa2; d.Header["kid"] = "rsa-2"; d.Header["jwk"] = TestKey.Rsa2.ToJwk(); return d.Build(); }, true);
        yield return new("C05_X5c", TokenFailure.BadSignature, d => { d.Key = TestKey.Rsa2; d.Header["x5c"] = new JsonArray("AAAA"); return d.Build(); }, true);
    }

    private static IEnumerable<NegativeToken> Types()
    {
        foreach (var type in new[]
        {
            "JWT", "jwt", "", "at", "at+jwt ", "at+jwt2", "xat+jwt", "application/jwt", "text/at+jwt", "application/application/at+jwt", "id_token",
        })
        {
            yield return Header($"C14_Typ_{type}", TokenFailure.WrongType, "typ", type);
        }

        yield return new("C14_TypMissing", TokenFailure.WrongType, d => { d.Header.Remove("typ"); return d.Build(); });
        yield return Header("C14_TypNull", TokenFailure.WrongType, "typ", null);
        yield return Header("C14_TypArray", TokenFailure.WrongType, "typ", new JsonArray("at+jwt"));
        foreach (var type in new[]
        {
            "logout+jwt", "secevent+jwt", "dpop+jwt", "token-introspection+jwt", "client-authentication+jwt", "oauth-authz-req+jwt", "entity-statement+jwt",
            "kb+jwt", "vc+sd-jwt", "JOSE", "", "application/jwt",
        })
        {
            yield return Header($"C15_Plain_Typ_{type}", TokenFailure.WrongType, "typ", type, plain: true);
        }

        foreach (var member in new[] { "nonce", "at_hash", "c_hash", "s_hash" })
        {
            yield return Claim($"C14_Plain_IdToken_{member}", TokenFailure.WrongType, member, "x", plain: true);
        }

        yield return Claim("C14_Plain_CognitoIdToken", TokenFailure.WrongType, "token_use", "id", plain: true);
        yield return Claim("C14_Plain_KeycloakIdToken", TokenFailure.WrongType, "typ", "ID", plain: true);
        yield return Claim("C14_Plain_KeycloakRefreshToken", TokenFailure.WrongType, "typ", "Refresh", plain: true);
        yield return Claim("C15_LogoutEvent_TypedAsAccess", TokenFailure.WrongType, "events", new JsonObject());
        yield return Claim("C15_Plain_SecurityEvent", TokenFailure.WrongType, "events", new JsonObject { ["urn:x"] = new JsonObject() }, plain: true);
        yield return Claim("C15_Plain_DpopProof_htm", TokenFailure.WrongType, "htm", "POST", plain: true);
        yield return Claim("C15_Plain_DpopProof_htu", TokenFailure.WrongType, "htu", "https://x.example.com", plain: true);
        yield return Claim("C15_Plain_Introspection", TokenFailure.WrongType, "token_introspection", new JsonObject { ["active"] = true }, plain: true);
        yield return new("C15_ClientAssertion", TokenFailure.NotRecognised, d =>
        {
            d.Header["typ"] = "JWT";
            d.Payload["iss"] = "reporting";
            d.Payload["sub"] = "reporting";
            return d.Build();
        });
        foreach (var member in new[] { "azp", "client_id", "appid" })
        {
            yield return new($"C14_Plain_AddressedToItsClient_{member}", TokenFailure.WrongType, d =>
            {
                d.Header["typ"] = "JWT";
                d.Payload.Remove("scope");
                d.Payload.Remove("client_id");
                d.Payload[member] = JwtTestBed.Audience;
                return d.Build();
            }, Plain: true);
        }

        yield return Header("C22_Nested_cty", TokenFailure.WrongType, "cty", "JWT");
    }

    private static IEnumerable<NegativeToken> Issuers()
    {
        foreach (var name in new[]
        {
            "https://login.example.com/tenant/", "https://login.example.com/Tenant", "https://LOGIN.example.com/tenant", "http://login.example.com/tenant",
            "https://login.example.com", "https://login.example.com/tenant2", "https://login.example.com/tenan", "https://login.example.com:443/tenant",
            "https://login.example.com/tenant?x", "https://login.example.com/tenant#", "https://login.example.com/x/../tenant", "https://login.example.com/%74enant",
            "https://login.example.com/{tenantid}", " https://login.example.com/tenant", "https://login.example.com/tenant\n", "https://login.example.com.evil.example/tenant", "",
        })
        {
            yield return Claim($"C11_Iss_{name}", TokenFailure.NotRecognised, "iss", name);
        }

        yield return Without("C11_IssMissing", TokenFailure.InvalidClaim, "iss");
        yield return Claim("C11_IssNull", TokenFailure.InvalidClaim, "iss", null);
        yield return Claim("C11_IssArray", TokenFailure.InvalidClaim, "iss", new JsonArray(JwtTestBed.IssuerName));
        yield return Claim("C11_IssNumber", TokenFailure.InvalidClaim, "iss", 1);
    }

    private static IEnumerable<NegativeToken> Audiences()
    {
        foreach (var name in new[] { "Postgres", "postgres ", "postgre", "postgres2", "https://postgres", "postgres other", "*", "", "postgres/" })
        {
            yield return Claim($"C12_Aud_{name}", TokenFailure.WrongAudience, "aud", name);
        }

        yield return Without("C12_AudMissing", TokenFailure.WrongAudience, "aud");
        yield return Claim("C12_AudEmptyArray", TokenFailure.WrongAudience, "aud", new JsonArray());
        yield return Claim("C12_AudOthers", TokenFailure.WrongAudience, "aud", new JsonArray("a", "b"));
        yield return Claim("C12_AudNumber", TokenFailure.InvalidClaim, "aud", 1);
        yield return Claim("C12_AudTrue", TokenFailure.InvalidClaim, "aud", true);
        yield return Claim("C12_AudNull", TokenFailure.InvalidClaim, "aud", null);
        yield return Claim("C12_AudObject", TokenFailure.InvalidClaim, "aud", new JsonObject { ["postgres"] = "postgres" });
        yield return Claim("C12_AudNested", TokenFailure.InvalidClaim, "aud", new JsonArray(new JsonArray("postgres")));
        yield return Claim("C12_AudMixed", TokenFailure.InvalidClaim, "aud", new JsonArray("postgres", 1));
        yield return Claim("C12_AudMixedNull", TokenFailure.InvalidClaim, "aud", new JsonArray("postgres", null));
    }

    private static IEnumerable<NegativeToken> Times()
    {
        foreach (var name in new[] { "exp", "nbf", "iat" })
        {
            foreach (var (label, json) in new[] { ("1e400", "1e400"), ("Minus1", "-1"), ("9e18", "9000000000000000000"), ("Minus1e400", "-1e400"), ("LongMax", "9223372036854775807"), ("Huge", "1" + new string('0', 400)) })
            {
                yield return Raw($"C13_{name}_{label}", TokenFailure.InvalidLifetime, name, json);
            }

            foreach (var (label, json) in new[] { ("String", "\"1893553445\""), ("Null", "null"), ("True", "true"), ("Array", "[1893553445]"), ("Object", "{}") })
            {
                yield return Raw($"C13_{name}_{label}", TokenFailure.InvalidClaim, name, json);
            }
        }

        yield return Without("C13_ExpMissing", TokenFailure.InvalidClaim, "exp");
        yield return Raw("C13_ExpZero", TokenFailure.InvalidLifetime, "exp", "0");
        yield return Shift("C13_ExpBeforeIat", TokenFailure.InvalidLifetime, "exp", -10);
        yield return Shift("C13_NbfAfterExp", TokenFailure.InvalidLifetime, "nbf", 601);
        yield return Shift("C13_IatAfterExp", TokenFailure.InvalidLifetime, "iat", 601);
        yield return Shift("C13_Lifetime24hAnd1s", TokenFailure.InvalidLifetime, "exp", 86_400);
        yield return Shift("C13_NbfTooFar", TokenFailure.NotYetValid, "nbf", 61, needsKeys: true);
        yield return Shift("C13_IatTooFar", TokenFailure.NotYetValid, "iat", 61, needsKeys: true);
        yield return new("C13_LifetimeWithoutIat", TokenFailure.InvalidLifetime, d => { d.Payload.Remove("iat"); d.Payload["exp"] = (long)d.Payload["exp"]! + 86_400; return d.Build(); });
        yield return new("C13_Expired", TokenFailure.Expired, d => Expired(d).Build(), true);
        yield return new("C13_Expired_AndForged", TokenFailure.BadSignature, d => { d.Key = TestKey.Rsa2; return Expired(d).Build(); }, true);
        yield return new("C13_ExpFraction", TokenFailure.Expired, d => { Expired(d); var exp = (long)d.Payload["exp"]!; return d.RawClaim("exp", exp + ".999").Build(); }, true);
    }

    private static TokenDraft Expired(TokenDraft draft)
    {
        var now = (long)draft.Payload["iat"]! + 1;
        draft.Payload["iat"] = now - 3600;
        draft.Payload["exp"] = now - 60;
        return draft;
    }

    private static NegativeToken Shift(string name, TokenFailure failure, string claim, int secondsFromNow, bool needsKeys = false) =>
        new(name, failure, d => { d.Payload[claim] = (long)d.Payload["iat"]! + 1 + secondsFromNow; return d.Build(); }, needsKeys);

    private static IEnumerable<NegativeToken> Identities()
    {
        yield return Without("C18_SubMissing", TokenFailure.InvalidClaim, "sub");
        yield return Claim("C18_SubEmpty", TokenFailure.InvalidClaim, "sub", "");
        yield return Claim("C18_SubNumber", TokenFailure.InvalidClaim, "sub", 1);
        yield return Claim("C18_SubNull", TokenFailure.InvalidClaim, "sub", null);
        yield return Claim("C18_SubArray", TokenFailure.InvalidClaim, "sub", new JsonArray("alice"));
        yield return Claim("C18_SubNul", TokenFailure.InvalidClaim, "sub", "ali\0ce");
        yield return Claim("C18_SubNewline", TokenFailure.InvalidClaim, "sub", "alice\nadmin");
        yield return Claim("C18_Sub256", TokenFailure.InvalidClaim, "sub", new string('a', 256));
        yield return new("C19_SubInCapitals", TokenFailure.InvalidClaim, d => { d.Payload.Remove("sub"); d.Payload["SUB"] = "alice"; return d.Build(); });
        yield return new("C19_AudInCapitals", TokenFailure.WrongAudience, d => { d.Payload.Remove("aud"); d.Payload["Aud"] = "postgres"; return d.Build(); });
        yield return Claim("C16_ClientNumber", TokenFailure.InvalidClaim, "client_id", 1);
        yield return Claim("C16_ClientEmpty", TokenFailure.InvalidClaim, "client_id", "");
        yield return Claim("C16_AzpDisagrees", TokenFailure.InvalidClaim, "azp", "other");
        yield return Claim("C16_AppidDisagrees", TokenFailure.InvalidClaim, "appid", "other");
        yield return Claim("C35_JtiNumber", TokenFailure.InvalidClaim, "jti", 1);
        yield return Claim("C35_JtiNewline", TokenFailure.InvalidClaim, "jti", "a\nforged line");
        yield return Claim("C35_Jti256", TokenFailure.InvalidClaim, "jti", new string('a', 256));
    }

    private static IEnumerable<NegativeToken> Scopes()
    {
        foreach (var (label, scope) in new[]
        {
            ("Tab", "a\tb"), ("Newline", "a\nb"), ("Nbsp", "a\u00a0b"), ("Quote", "a\"b"), ("Backslash", "a\\b"), ("Umlaut", "ä"), ("Nul", "a\0"),
            ("DoubleSpace", "a  b"), ("LeadingSpace", " a"), ("TrailingSpace", "a "), ("OnlySpace", " "), ("Delete", "a\u007f"), ("ZeroWidth", "a\u200bb"),
        })
        {
            yield return Claim($"C17_Scope_{label}", TokenFailure.InvalidClaim, "scope", scope);
        }

        yield return Claim("C17_ScopeNumber", TokenFailure.InvalidClaim, "scope", 1);
        yield return Claim("C17_ScopeNull", TokenFailure.InvalidClaim, "scope", null);
        yield return Claim("C17_ScopeObject", TokenFailure.InvalidClaim, "scope", new JsonObject());
        yield return Claim("C17_ScopeAndScpDisagree", TokenFailure.InvalidClaim, "scp", "orders:read admin");
        yield return new("C17_ScpArrayWithNumber", TokenFailure.InvalidClaim, d => { d.Payload.Remove("scope"); d.Payload["scp"] = new JsonArray("a", 1); return d.Build(); });
        yield return new("C17_ScpArrayWithSpace", TokenFailure.InvalidClaim, d => { d.Payload.Remove("scope"); d.Payload["scp"] = new JsonArray("a b"); return d.Build(); });
        yield return new("C17_ScpArrayWithEmpty", TokenFailure.InvalidClaim, d => { d.Payload.Remove("scope"); d.Payload["scp"] = new JsonArray(""); return d.Build(); });
    }

    private static IEnumerable<NegativeToken> Duplicates()
    {
        foreach (var (name, value) in new[] { ("sub", "\"admin\""), ("exp", "9999999999"), ("iss", "\"x\""), ("aud", "\"postgres\""), ("scope", "\"admin\""), ("s\\u0075b", "\"admin\"") })
        {
            yield return new($"C20_Payload_{name}", TokenFailure.Malformed, d => d.AppendToPayload($"\"{name}\":{value}").Build());
        }

        foreach (var (name, value) in new[] { ("alg", "\"none\""), ("alg", "\"RS256\""), ("kid", "\"ec-1\""), ("typ", "\"JWT\""), ("al\\u0067", "\"none\"") })
        {
            yield return new($"C20_Header_{name}_{value.Trim('"')}", TokenFailure.Malformed, d => d.AppendToHeader($"\"{name}\":{value}").Build());
        }

        yield return new("C20_Payload_Nested", TokenFailure.Malformed, d => d.AppendToPayload("\"a\":{\"b\":[{\"c\":1,\"c\":2}]}").Build());
        yield return new("C20_Header_Nested", TokenFailure.Malformed, d => d.AppendToHeader("\"jwk\":{\"n\":\"a\",\"n\":\"b\"}").Build());
    }

    private static IEnumerable<NegativeToken> Spellings()
    {
        yield return Text("C21_PaddedSignature", TokenFailure.Malformed, t => t + "=");
        yield return Text("C21_PaddedSignatureTwice", TokenFailure.Malformed, t => t + "==");
        yield return Text("C21_TrailingNewline", TokenFailure.Malformed, t => t + "\n");
        yield return Text("C21_TrailingSpace", TokenFailure.Malformed, t => t + " ");
        yield return Text("C21_LeadingSpace", TokenFailure.Malformed, t => " " + t);
        yield return Text("C21_LeadingBom", TokenFailure.Malformed, t => "\ufeff" + t);
        yield return Text("C21_NewlineInPayload", TokenFailure.Malformed, t => t.Insert(t.IndexOf('.', StringComparison.Ordinal) + 5, "\r\n"));
        yield return Text("C21_TabInHeader", TokenFailure.Malformed, t => t.Insert(4, "\t"));
        yield return Text("C21_SpaceBeforeDot", TokenFailure.Malformed, t => t.Insert(t.IndexOf('.', StringComparison.Ordinal), " "));
        yield return Text("C21_PaddedHeader", TokenFailure.Malformed, t => t.Insert(t.IndexOf('.', StringComparison.Ordinal), "="));
        yield return Text("C21_Nul", TokenFailure.Malformed, t => t + "\0");
        yield return Text("C21_PercentEncoded", TokenFailure.Malformed, t => t + "%3D");
        yield return Text("C21_StrayBits", TokenFailure.Malformed, WithStrayBits);
        yield return Text("C21_StandardAlphabet", TokenFailure.Malformed, t => WithoutSignature(t) + "." + Signature(t).Replace('-', '+').Replace('_', '/') + "/+==");
        yield return Text("C21_OneCharacterMore", TokenFailure.Malformed, t => t + "AAA");
        yield return new("C21_SignedWithPaddedHeader", TokenFailure.Malformed, d =>
        {
            var parts = d.Build().Split('.');
            return d.SignText(parts[0] + "=." + parts[1]);
        });
        yield return new("C21_SignedWithNewline", TokenFailure.Malformed, d =>
        {
            var parts = d.Build().Split('.');
            return d.SignText(parts[0] + "." + parts[1] + "\n");
        });
    }

    private static IEnumerable<NegativeToken> Encrypted()
    {
        yield return Text("C22_FiveParts", TokenFailure.Malformed, t => t + ".AAAA.AAAA");
        yield return new("C22_JweHeader", TokenFailure.Malformed, d =>
        {
            d.HeaderText = "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":2147483647,\"p2s\":\"AAAA\"}";
            return d.Build() + ".AAAA.AAAA";
        });
        foreach (var (member, value) in new (string, JsonNode)[]
        {
            ("enc", "A256GCM"), ("zip", "DEF"), ("p2c", int.MaxValue), ("p2s", "AAAA"), ("epk", new JsonObject()),
        })
        {
            yield return Header($"C22_Header_{member}", TokenFailure.Malformed, member, value);
        }

        yield return new("C22_DeflatedPayload", TokenFailure.Malformed, d => d.Build(Encoding.UTF8.GetBytes(d.Header.ToJsonString()), Bomb()));
    }

    private static IEnumerable<NegativeToken> Shapes()
    {
        yield return new("C23_Empty", TokenFailure.NotRecognised, _ => "");
        yield return new("C23_Opaque", TokenFailure.NotRecognised, _ => "2YotnFZFEjr1zCsicMWpAA");
        yield return new("C23_TwoDotsOnly", TokenFailure.Malformed, _ => "..");
        yield return new("C23_FourDotsOnly", TokenFailure.Malformed, _ => "....");
        yield return new("C23_EmptyHeader", TokenFailure.Malformed, d => d.Build([], "{}"u8.ToArray()));
        yield return new("C23_EmptyPayload", TokenFailure.Malformed, d => d.Build("{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}"u8.ToArray(), []));
        yield return new("C23_TooLong", TokenFailure.Malformed, d => { d.Payload["x"] = new string('x', 65_000); return d.Build(); });
        yield return new("C23_100000Groups", TokenFailure.Malformed, d => { d.Payload["groups"] = new JsonArray([.. Enumerable.Range(0, 100_000).Select(i => (JsonNode)i)]); return d.Build(); });
        yield return Raw("C23_Deep65", TokenFailure.Malformed, "x", new string('[', 65) + new string(']', 65));
        yield return Raw("C23_Deep20", TokenFailure.Malformed, "x", new string('[', 20) + new string(']', 20));
        yield return Raw("C23_Deep20000", TokenFailure.Malformed, "x", new string('[', 20_000) + new string(']', 20_000));
        yield return new("C23_DeepHeader", TokenFailure.Malformed, d => d.AppendToHeader("\"x\":" + new string('[', 100) + new string(']', 100)).Build());
        foreach (var (label, text) in new[]
        {
            ("Array", "[]"), ("String", "\"x\""), ("Null", "null"), ("Number", "1"), ("NotJson", "hello"), ("Comment", "{/*x*/}"), ("TrailingComma", "{\"a\":1,}"),
            ("SingleQuotes", "{'a':1}"), ("TwoObjects", "{}{}"), ("Bom", "\ufeff{}"), ("NaN", "{\"exp\":NaN}"), ("Hex", "{\"exp\":0x10}"), ("LeadingZero", "{\"exp\":01}"),
        })
        {
            yield return new($"C23_Payload_{label}", TokenFailure.Malformed, d => { d.PayloadText = text; return d.Build(); });
            yield return new($"C23_Header_{label}", TokenFailure.Malformed, d => { d.HeaderText = text; return d.Build(); });
        }

        yield return new("C23_InvalidUtf8", TokenFailure.Malformed, d => d.Build(Encoding.UTF8.GetBytes(d.Header.ToJsonString()), [.. "{\"sub\":\""u8, 0xff, 0xfe, .. "\"}"u8]));
        yield return Raw("C23_LoneSurrogate", TokenFailure.Malformed, "groups", "[\"\\ud800\"]");
        yield return new("C23_LoneSurrogateName", TokenFailure.Malformed, d => d.AppendToPayload("\"\\udc00\":1").Build());
    }

    private static IEnumerable<NegativeToken> Senders()
    {
        yield return Claim("C24_Thumbprint_NoCertificate", TokenFailure.SenderNotProven, "cnf", new JsonObject { ["x5t#S256"] = new string('A', 43) });
        yield return Claim("C24_Jkt", TokenFailure.SenderNotProven, "cnf", new JsonObject { ["jkt"] = new string('A', 43) });
        yield return Claim("C24_Jwk", TokenFailure.SenderNotProven, "cnf", new JsonObject { ["jwk"] = new JsonObject() });
        yield return Claim("C24_Kid", TokenFailure.SenderNotProven, "cnf", new JsonObject { ["kid"] = "x" });
        yield return Claim("C24_Unknown", TokenFailure.SenderNotProven, "cnf", new JsonObject { ["x5t#S512"] = "x" });
        yield return Claim("C24_Empty", TokenFailure.SenderNotProven, "cnf", new JsonObject());
        yield return Claim("C24_Null", TokenFailure.SenderNotProven, "cnf", null);
        yield return Claim("C24_String", TokenFailure.SenderNotProven, "cnf", "x");
        yield return Claim("C24_Array", TokenFailure.SenderNotProven, "cnf", new JsonArray());
        yield return Claim("C24_ThumbprintNumber", TokenFailure.SenderNotProven, "cnf", new JsonObject { ["x5t#S256"] = 1 });
    }

    private static IEnumerable<NegativeToken> Signatures()
    {
        yield return Text("C01_SignatureBitFlipped", TokenFailure.BadSignature, t => WithoutSignature(t) + "." + Flip(Signature(t), 10), true);
        yield return Text("C01_SignatureTruncated", TokenFailure.BadSignature, t => WithoutSignature(t) + "." + Base64Url.EncodeToString(Base64Url.DecodeFromChars(Signature(t)).AsSpan(0, 255)), true);
        yield return Text("C01_SignatureExtended", TokenFailure.BadSignature, t => WithoutSignature(t) + "." + Base64Url.EncodeToString([.. Base64Url.DecodeFromChars(Signature(t)), 0]), true);
        yield return Text("C01_SignatureZero", TokenFailure.BadSignature, t => WithoutSignature(t) + "." + Base64Url.EncodeToString(new byte[256]), true);
        yield return Text("C01_SignatureOneByte", TokenFailure.BadSignature, t => WithoutSignature(t) + ".AA", true);
        yield return new("C01_SignatureOfAnotherToken", TokenFailure.BadSignature, d =>
        {
            var first = d.Build();
            d.Payload["sub"] = "admin";
            return WithoutSignature(d.Build()) + "." + Signature(first);
        }, true);
        yield return new("C01_EcSignatureZero", TokenFailure.BadSignature, d =>
        {
            d.Header["alg"] = "ES256";
            d.Header["kid"] = "ec-1";
            d.Key = TestKey.Ec1;
            return WithoutSignature(d.Build()) + "." + Base64Url.EncodeToString(new byte[64]);
        }, true);
        yield return new("C01_EcSignatureEmpty", TokenFailure.BadSignature, d =>
        {
            d.Header["alg"] = "ES256";
            d.Header["kid"] = "ec-1";
            d.Key = TestKey.Ec1;
            return WithoutSignature(d.Build()) + ".";
        });
    }

    private static string WithoutSignature(string token) => token[..token.LastIndexOf('.')];

    private static string Signature(string token) => token[(token.LastIndexOf('.') + 1)..];

    private static string Flip(string text, int index) => text[..index] + (text[index] == 'A' ? 'B' : 'A') + text[(index + 1)..];

    // RSA-2048 signatures are 256 bytes, so the last character carries two bits that say nothing.
    private static string WithStrayBits(string token)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) + 1];
    }

    private static byte[] Bomb()
    {
        using var target = new MemoryStream();
        using (var deflate = new DeflateStream(target, CompressionLevel.SmallestSize))
        {
            deflate.Write(new byte[10_000_000]);
        }

        return target.ToArray();
    }
}
