using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>The two public documents: metadata (OpenID Connect Discovery, RFC 8414) and keys (RFC 7517).</summary>
internal static class IssuerMetadata
{
    public static IssuerResponse Discovery(string issuer)
    {
        return IssuerResponse.Json(writer =>
        {
            writer.WriteString("issuer", issuer);
            writer.WriteString("token_endpoint", issuer + IssuerEndpoints.Token);
            writer.WriteString("device_authorization_endpoint", issuer + IssuerEndpoints.DeviceAuthorization);
            writer.WriteString("jwks_uri", issuer + IssuerEndpoints.Keys);
            WriteStrings(writer, "grant_types_supported", [IssuerEndpoints.ClientCredentialsGrant, IssuerEndpoints.DeviceCodeGrant]);
            WriteStrings(writer, "response_types_supported", []);
            WriteStrings(writer, "subject_types_supported", ["public"]);
            WriteStrings(writer, "id_token_signing_alg_values_supported", ["RS256", "ES256"]);
            WriteStrings(writer, "token_endpoint_auth_methods_supported", ["client_secret_basic", "client_secret_post", "none"]);
            WriteStrings(writer, "scopes_supported", ["openid", .. DevelopmentPerson.All.SelectMany(person => person.Scopes).Distinct()]);
        });
    }

    public static IssuerResponse Keys(IEnumerable<DevelopmentSigningKey> keys)
    {
        return IssuerResponse.Json(writer =>
        {
            writer.WriteStartArray("keys");
            foreach (var key in keys)
            {
                writer.WriteStartObject();
                Write(writer, key);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Public members only, named one by one: nothing else of a key can slip out.</summary>
    private static void Write(Utf8JsonWriter writer, DevelopmentSigningKey key)
    {
        writer.WriteString("kty", key.PublicKey.Kty);
        writer.WriteString("use", "sig");
        writer.WriteString("alg", key.Credentials.Algorithm);
        writer.WriteString("kid", key.PublicKey.KeyId);
        if (key.PublicKey.Kty == JsonWebAlgorithmsKeyTypes.RSA)
        {
            writer.WriteString("n", key.PublicKey.N);
            writer.WriteString("e", key.PublicKey.E);
            return;
        }

        writer.WriteString("crv", key.PublicKey.Crv);
        writer.WriteString("x", key.PublicKey.X);
        writer.WriteString("y", key.PublicKey.Y);
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
