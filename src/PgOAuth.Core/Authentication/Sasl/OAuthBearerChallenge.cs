using System.Text;
using System.Text.Json;

namespace PgOAuth.Authentication.Sasl;

/// <summary>
/// Stage 3: the answer to a discovery and to a wrong token (RFC 7628 section 3.2.2): where to get a token, and for which
/// scope. Comes from the configuration only, never from anything the client sent (A42).
/// </summary>
internal static class OAuthBearerChallenge
{
    /// <summary>libpq refuses longer authentication messages during login.</summary>
    internal const int MaxBytes = 1900;

    private const string WellKnown = "/.well-known/";

    /// <summary>The JSON text, in the form that PostgreSQL 18 sends.</summary>
    internal static byte[] Create(string issuer, string scope)
    {
        var configuration = issuer.Contains(WellKnown, StringComparison.Ordinal) ? issuer : issuer + WellKnown + "openid-configuration";
        return Encoding.UTF8.GetBytes(
            $$"""{ "status": "invalid_token", "openid-configuration": "{{JsonEncodedText.Encode(configuration)}}", "scope": "{{JsonEncodedText.Encode(scope)}}" }""");
    }
}
