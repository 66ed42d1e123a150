using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: a JWT in compact form, taken apart but not yet believed (RFC 7515 section 7.1).</summary>
internal sealed class CompactToken : IDisposable
{
    private readonly JsonDocument _header;
    private readonly JsonDocument _payload;

    private CompactToken(JsonDocument header, JsonDocument payload, bool hasSignature)
    {
        _header = header;
        _payload = payload;
        HasSignature = hasSignature;
    }

    internal JsonElement Header => _header.RootElement;

    internal JsonElement Payload => _payload.RootElement;

    /// <summary>Whether the third part holds anything.</summary>
    internal bool HasSignature { get; }

    /// <summary>Whether the token is a JWS (two dots) or a JWE (four); anything else is left to other validators.</summary>
    internal static bool LooksLikeJwt(ReadOnlySpan<byte> token) => token.Count((byte)'.') is 2 or 4;

    internal static bool TryParse(
        ReadOnlySpan<byte> token, [NotNullWhen(true)] out CompactToken? parsed, out TokenProblem problem)
    {
        parsed = null;
        problem = default;
        if (token.Count((byte)'.') != 2)
        {
            // Encrypted tokens can hide bombs (PBES2 counts, zip) and are nothing PostgreSQL logins need: RFC 8725 section 3.6.
            return Fail("not three parts", out problem);
        }

        var firstDot = token.IndexOf((byte)'.');
        var lastDot = token.LastIndexOf((byte)'.');
        var signature = token[(lastDot + 1)..];
        if (!CanonicalBase64Url.TryDecode(token[..firstDot], out var headerBytes)
            || !CanonicalBase64Url.TryDecode(token[(firstDot + 1)..lastDot], out var payloadBytes)
            || !CanonicalBase64Url.IsCanonical(signature))
        {
            return Fail("not canonical base64url", out problem);
        }

        if (!StrictJson.TryParseObject(headerBytes, out var header))
        {
            return Fail("the header is not strict JSON", out problem);
        }

        if (!StrictJson.TryParseObject(payloadBytes, out var payload))
        {
            header.Dispose();
            return Fail("the payload is not strict JSON", out problem);
        }

        parsed = new CompactToken(header, payload, !signature.IsEmpty);
        return true;
    }

    public void Dispose()
    {
        _header.Dispose();
        _payload.Dispose();
    }

    private static bool Fail(string detail, out TokenProblem problem)
    {
        problem = new TokenProblem(TokenFailure.Malformed, detail);
        return false;
    }
}
