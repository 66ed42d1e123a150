using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using PgOAuth.Authentication;
using PgOAuth.Relay;
using PgOAuth.Upstream;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: principals by the claims of validated tokens; a token that was seen before has the same object. Thread-safe.</summary>
internal sealed class PrincipalTable(ClaimSettings? settings, string? tenantClaim)
{
    private readonly ConditionalWeakTable<TokenClaims, SessionPrincipal> _principals = [];

    internal SessionPrincipal Of(TokenClaims claims) =>
        _principals.TryGetValue(claims, out var known) ? known : _principals.GetValue(claims, Create);

    private SessionPrincipal Create(TokenClaims claims)
    {
        var values = new List<KeyValuePair<string, string>>();
        settings?.AddTo(values, claims);
        return new SessionPrincipal(Tenant(claims), claims.Issuer, claims.Subject, [.. values.Select(static value => new SettingValue(Encoding.UTF8.GetBytes(value.Key), Encoding.UTF8.GetBytes(value.Value)))]);
    }

    private string Tenant(TokenClaims claims) => tenantClaim is null ? claims.Issuer : claims.Find(tenantClaim) switch
    {
        { ValueKind: JsonValueKind.String } text => claims.Issuer + "\n" + text.GetString(),
        { } other => claims.Issuer + "\n" + other.GetRawText(),
        null => claims.Issuer + "\n",
    };
}
