using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace PgOAuth.Testing.Authentication;

/// <summary>A good access token on paper: change what shall be wrong, then build it. Signs whatever it is given.</summary>
public sealed class TokenDraft
{
    /// <summary>Starts from a valid token.</summary>
    public TokenDraft(string issuer, string audience, TestKey key, DateTimeOffset now)
    {
        Key = key;
        Header = new JsonObject { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = key.KeyId };
        Payload = new JsonObject
        {
            ["iss"] = issuer,
            ["sub"] = "alice",
            ["aud"] = audience,
            ["exp"] = now.ToUnixTimeSeconds() + 600,
            ["iat"] = now.ToUnixTimeSeconds() - 1,
            ["jti"] = "token-1",
            ["client_id"] = "reporting",
            ["scope"] = "orders:read orders:write",
        };
    }

    /// <summary>The header's members.</summary>
    public JsonObject Header { get; }

    /// <summary>The payload's members.</summary>
    public JsonObject Payload { get; }

    /// <summary>The header's exact text; null for <see cref="Header"/>.</summary>
    public string? HeaderText { get; set; }

    /// <summary>The payload's exact text; null for <see cref="Payload"/>.</summary>
    public string? PayloadText { get; set; }

    /// <summary>Who signs.</summary>
    public TestKey Key { get; set; }

    /// <summary>How it is signed; null for the header's <c>alg</c>, RS256 when that is not one a key can do.</summary>
    public string? SignAs { get; set; }

    /// <summary>When set, the signature is this secret's HMAC-SHA256.</summary>
    public byte[]? HmacSecret { get; set; }

    /// <summary>Adds text to the payload's end, inside the object: for duplicates.</summary>
    public TokenDraft AppendToPayload(string members)
    {
        PayloadText = Payload.ToJsonString()[..^1] + "," + members + "}";
        return this;
    }

    /// <summary>Adds text to the header's end, inside the object: for duplicates.</summary>
    public TokenDraft AppendToHeader(string members)
    {
        HeaderText = Header.ToJsonString()[..^1] + "," + members + "}";
        return this;
    }

    /// <summary>Writes one claim as raw JSON text, for values that JSON writers do not write.</summary>
    public TokenDraft RawClaim(string name, string json)
    {
        Payload.Remove(name);
        return AppendToPayload($"\"{name}\":{json}");
    }

    /// <summary>The signed token.</summary>
    public string Build() => Build(Encoding.UTF8.GetBytes(HeaderText ?? Header.ToJsonString()), Encoding.UTF8.GetBytes(PayloadText ?? Payload.ToJsonString()));

    /// <summary>A token signed over exactly these parts.</summary>
    public string Build(byte[] header, byte[] payload) => SignText(Base64Url.EncodeToString(header) + "." + Base64Url.EncodeToString(payload));

    /// <summary>Signs a text that is, or should be, the first two parts.</summary>
    public string SignText(string signed)
    {
        var data = Encoding.UTF8.GetBytes(signed);
        var signature = HmacSecret is not null ? HMACSHA256.HashData(HmacSecret, data) : Key.Sign(SignAs ?? Algorithm(), data);
        return signed + "." + Base64Url.EncodeToString(signature);
    }

    private string Algorithm() =>
        Header["alg"] is JsonValue value && value.TryGetValue<string>(out var name) && name.Length == 5 && name[..2] is "RS" or "PS" or "ES"
            ? ((string)Header["alg"]!)
            : "RS256";
}
