using System.Text.Json;
using PgOAuth.Authentication;

namespace PgOAuth.Upstream;

/// <summary>
/// Stage 5: claims as settings of the server session, <c>pgoauth.*</c>, for row security policies and functions. Every
/// configured claim is set, an absent one to the empty string, so that none is left for somebody else to define.
/// </summary>
internal sealed class ClaimSettings
{
    private const string Prefix = "pgoauth.";

    private readonly (string Claim, string Setting)[] _claims;

    internal ClaimSettings(IEnumerable<string> claims) => _claims = [.. claims.Select(static claim => (claim, SettingName(claim)))];

    /// <summary>The setting's name: characters that PostgreSQL does not take in one become <c>_</c>.</summary>
    internal static string SettingName(string claim) =>
        Prefix + string.Concat(claim.TrimStart('/').Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));

    internal void AddTo(List<KeyValuePair<string, string>> parameters, TokenClaims claims)
    {
        parameters.Add(new(Prefix + "sub", claims.Subject));
        parameters.Add(new(Prefix + "iss", claims.Issuer));
        parameters.Add(new(Prefix + "client_id", claims.ClientId ?? ""));
        parameters.Add(new(Prefix + "scope", string.Join(' ', claims.Scopes.Order(StringComparer.Ordinal))));
        foreach (var (claim, setting) in _claims)
        {
            parameters.Add(new(setting, Text(claims.Find(claim))));
        }
    }

    /// <summary>The same settings without anybody's claims.</summary>
    internal void AddEmptyTo(List<KeyValuePair<string, string>> parameters)
    {
        foreach (var setting in new[] { Prefix + "sub", Prefix + "iss", Prefix + "client_id", Prefix + "scope" }.Concat(_claims.Select(static claim => claim.Setting)))
        {
            parameters.Add(new(setting, ""));
        }
    }

    private static string Text(JsonElement? value) => value switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } other => other.GetRawText(),
    };
}
