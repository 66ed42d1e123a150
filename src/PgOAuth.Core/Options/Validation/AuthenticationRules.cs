using PgOAuth.Authentication.Jwt;
using PgOAuth.Authentication.Sasl;

namespace PgOAuth.Options.Validation;

/// <summary>Stage 3: <c>Authentication</c>.</summary>
internal static class AuthenticationRules
{
    internal static void Check(PgOAuthProxyOptions options, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        var authentication = options.Authentication;
        if (authentication.Issuers.Count == 0 && components.TokenValidators.Count == 0)
        {
            mistakes.Add("Authentication:Issuers", "at least one issuer is needed, or a validator added in code.");
        }

        var issuers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < authentication.Issuers.Count; i++)
        {
            var issuer = authentication.Issuers[i];
            IssuerRules.Check($"Authentication:Issuers:{i}", issuer, mistakes);
            if (issuer.Issuer.Length > 0 && !issuers.TryAdd(issuer.Issuer, i))
            {
                mistakes.Add($"Authentication:Issuers:{i}:Issuer", $"is the same as that of Authentication:Issuers:{issuers[issuer.Issuer]}.");
            }
        }

        mistakes.CheckRange("Authentication:TokenCacheSize", authentication.TokenCacheSize, 0, 10_000_000);
        if (!authentication.DiscoveryScope.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(OptionMistakes.IsScopeToken))
        {
            mistakes.Add("Authentication:DiscoveryScope", "must be scopes separated by spaces: ASCII characters without \" and \\.");
        }

        CheckDiscovery(options, issuers, mistakes);
    }

    private static void CheckDiscovery(PgOAuthProxyOptions options, Dictionary<string, int> issuers, OptionMistakes mistakes)
    {
        const string Path = "Authentication:DiscoveryIssuer";
        var issuer = options.Authentication.DiscoveryIssuer;
        if (issuer is not null && issuers.Count > 0 && !issuers.ContainsKey(issuer))
        {
            mistakes.Add(Path, "must be one of Authentication:Issuers; tokens of another are not accepted.");
        }
        else if (issuer is not null && issuers.Count == 0 && !IssuerRules.IsIssuer(issuer))
        {
            mistakes.Add(Path, "must be an absolute https URL without user, query and fragment.");
        }

        if (options.Endpoints.All(static endpoint => endpoint.TokenExchange == TokenExchange.Password))
        {
            return;
        }

        if (issuer is null && options.Authentication.Issuers.Count == 0)
        {
            mistakes.Add(Path, "is missing; OAUTHBEARER tells clients which issuer to ask, and Authentication:Issuers names none.");
        }

        if (ProxyCompilation.CreateChallenge(options).Length > OAuthBearerChallenge.MaxBytes)
        {
            mistakes.Add("Authentication:DiscoveryScope", $"is too long: issuer and scopes together make an answer of more than the {OAuthBearerChallenge.MaxBytes} bytes that libpq reads.");
        }
    }
}
