namespace PgOAuth.Samples.Development.Issuer;

/// <summary>The paths of the issuer.</summary>
internal static class IssuerEndpoints
{
    public const string OpenIdConfiguration = "/.well-known/openid-configuration";
    public const string AuthorizationServerMetadata = "/.well-known/oauth-authorization-server";
    public const string Keys = "/jwks";
    public const string Token = "/token";
    public const string DeviceAuthorization = "/device_authorization";
    public const string Device = "/device";

    public const string ClientCredentialsGrant = "client_credentials";
    public const string DeviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";
}
