using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>The token endpoint (RFC 6749 section 3.2) and the device authorization endpoint (RFC 8628 section 3.1).</summary>
internal sealed class TokenEndpoint(DevelopmentIssuerOptions options, DevelopmentTokenIssuer tokens, DeviceAuthorizations devices)
{
    // Every person may have it; it grants nothing in the database.
    private const string OpenIdScope = "openid";

    /// <summary>Answers a token request.</summary>
    public IssuerResponse Token(IssuerRequest request)
    {
        if (!TryAuthenticate(request, out var clientId, out var client))
        {
            return IssuerResponse.Error("invalid_client", "The client is unknown or its secret is wrong.", HttpStatusCode.Unauthorized);
        }

        return request["grant_type"] switch
        {
            IssuerEndpoints.ClientCredentialsGrant when client is not null => GrantToClient(request, client),
            IssuerEndpoints.ClientCredentialsGrant =>
                IssuerResponse.Error("invalid_client", "This grant is for clients with a secret.", HttpStatusCode.Unauthorized),
            IssuerEndpoints.DeviceCodeGrant => GrantToDevice(request, clientId),
            _ => IssuerResponse.Error("unsupported_grant_type", "Only client_credentials and device_code are supported."),
        };
    }

    /// <summary>Lets a device begin.</summary>
    public IssuerResponse BeginDevice(IssuerRequest request)
    {
        if (!TryAuthenticate(request, out var clientId, out _))
        {
            return IssuerResponse.Error("invalid_client", "The client is unknown or its secret is wrong.", HttpStatusCode.Unauthorized);
        }

        if (devices.Begin(clientId, Split(request["scope"])) is not { } authorization)
        {
            return IssuerResponse.Error("temporarily_unavailable", "Too many devices are waiting.", HttpStatusCode.ServiceUnavailable);
        }

        var page = tokens.Issuer + IssuerEndpoints.Device;
        return IssuerResponse.Json(
            writer =>
            {
                writer.WriteString("device_code", authorization.DeviceCode);
                writer.WriteString("user_code", authorization.UserCode);
                writer.WriteString("verification_uri", page);
                writer.WriteString("verification_uri_complete", $"{page}?user_code={authorization.UserCode}");
                writer.WriteNumber("expires_in", (int)DeviceAuthorizations.Lifetime.TotalSeconds);
                writer.WriteNumber("interval", (int)authorization.Interval.TotalSeconds);
            },
            noStore: true);
    }

    private IssuerResponse GrantToDevice(IssuerRequest request, string clientId)
    {
        return devices.Poll(request["device_code"], clientId, out var authorization) switch
        {
            DevicePollOutcome.Approved => Grant(
                authorization!.Person!.Subject,
                authorization.Person.Groups,
                Granted(authorization.Scopes, [.. authorization.Person.Scopes, OpenIdScope], authorization.Person.Scopes),
                clientId),
            DevicePollOutcome.Pending => IssuerResponse.Error("authorization_pending", "Nobody has approved this yet."),
            DevicePollOutcome.SlowDown => IssuerResponse.Error("slow_down", "Wait five seconds longer between requests."),
            DevicePollOutcome.Expired => IssuerResponse.Error("expired_token", "Nobody approved this in time."),
            DevicePollOutcome.Denied => IssuerResponse.Error("access_denied", "The person denied this."),
            _ => IssuerResponse.Error("invalid_grant", "The device code is unknown, used, or another client's."),
        };
    }

    private IssuerResponse GrantToClient(IssuerRequest request, DevelopmentClient client)
    {
        var requested = Split(request["scope"]);
        var unknown = requested.Except(client.Scopes).ToArray();
        return unknown.Length > 0
            ? IssuerResponse.Error("invalid_scope", "This client cannot be granted all of these scopes.")
            : Grant(client.Id, client.Groups, Granted(requested, client.Scopes, client.Scopes), client.Id);
    }

    private IssuerResponse Grant(string subject, IReadOnlyList<string> groups, IReadOnlyList<string> scopes, string clientId)
    {
        var token = tokens.IssueToken(new DevelopmentTokenRequest
        {
            Subject = subject,
            Groups = groups,
            Scopes = scopes,
            ClientId = clientId,
            Lifetime = options.TokenLifetime,
        });
        return IssuerResponse.Json(
            writer =>
            {
                writer.WriteString("access_token", token);
                writer.WriteString("token_type", "Bearer");
                writer.WriteNumber("expires_in", (int)options.TokenLifetime.TotalSeconds);
                writer.WriteString("scope", string.Join(' ', scopes));
            },
            noStore: true);
    }

    /// <summary>What was asked for and may be had; who asks for nothing gets the usual.</summary>
    private static string[] Granted(IReadOnlyList<string> requested, IReadOnlyList<string> allowed, IReadOnlyList<string> usual)
    {
        return requested.Count == 0 ? [.. usual] : [.. requested.Intersect(allowed)];
    }

    private static string[] Split(string? scope)
    {
        return scope is null ? [] : scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A client that is registered must show its secret; any other name is a public client, as psql is.</summary>
    private bool TryAuthenticate(IssuerRequest request, out string clientId, out DevelopmentClient? client)
    {
        var id = request.BasicCredentials?.Id ?? request["client_id"] ?? string.Empty;
        var secret = request.BasicCredentials?.Secret ?? request["client_secret"];
        clientId = id;
        client = options.Clients.FirstOrDefault(each => each.Id == id);
        if (client is null)
        {
            return id.Length > 0 && string.IsNullOrEmpty(secret);
        }

        return secret is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(client.Secret));
    }
}
