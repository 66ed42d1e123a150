using PgOAuth.Authentication.Jwt;

namespace PgOAuth.Options.Validation;

/// <summary>Stage 3: one of <c>Authentication:Issuers</c>.</summary>
internal static class IssuerRules
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    internal static void Check(string path, IssuerOptions issuer, OptionMistakes mistakes)
    {
        CheckAddresses(path, issuer, mistakes);
        if (issuer.Audiences.Count == 0)
        {
            mistakes.Add($"{path}:Audiences", "at least one audience is needed, the one your issuer puts into aud for this database.");
        }

        CheckItems($"{path}:Audiences", issuer.Audiences, static value => value.Length > 0, "must not be empty.", mistakes);
        CheckItems($"{path}:AllowedClients", issuer.AllowedClients, static value => value.Length > 0, "must not be empty.", mistakes);
        CheckItems($"{path}:Algorithms", issuer.Algorithms, SignatureAlgorithms.All.Contains, "must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512.", mistakes);
        CheckItems($"{path}:AllowedKeyHosts", issuer.AllowedKeyHosts, static value => Uri.CheckHostName(value) != UriHostNameType.Unknown, "must be a host name, without scheme and path.", mistakes);
        mistakes.CheckPresent($"{path}:SubjectClaim", issuer.SubjectClaim, "name the claim, usually sub");
        mistakes.CheckRange($"{path}:ClockSkew", issuer.ClockSkew, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        mistakes.CheckPositive($"{path}:MaxTokenLifetime", issuer.MaxTokenLifetime, Longest);
        CheckIntervals(path, issuer, mistakes);
    }

    /// <summary>Whether it can be an issuer identifier (RFC 8414 section 2).</summary>
    internal static bool IsIssuer(string issuer, bool allowHttpOnLoopback = false) =>
        !issuer.Any(char.IsWhiteSpace)
        && !issuer.Contains('?', StringComparison.Ordinal)
        && !issuer.Contains('#', StringComparison.Ordinal)
        && Uri.TryCreate(issuer, UriKind.Absolute, out var uri)
        && uri.UserInfo.Length == 0
        && uri.Host.Length > 0
        && (uri.Scheme == Uri.UriSchemeHttps || (allowHttpOnLoopback && uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static void CheckAddresses(string path, IssuerOptions issuer, OptionMistakes mistakes)
    {
        if (issuer.Issuer.Length == 0)
        {
            mistakes.Add($"{path}:Issuer", "is missing; write the issuer's URL exactly as its tokens carry it in iss.");
        }
        else if (!IsIssuer(issuer.Issuer, issuer.DangerousAllowHttpOnLoopback))
        {
            mistakes.Add($"{path}:Issuer", "must be an absolute https URL without user, query and fragment (http only on loopback, with DangerousAllowHttpOnLoopback).");
        }

        var rules = new IssuerAddressRules(issuer);
        if (issuer.MetadataAddress is not null && !rules.IsAllowed(issuer.MetadataAddress))
        {
            mistakes.Add($"{path}:MetadataAddress", "must be an absolute https URL without user and fragment (http only on loopback, with DangerousAllowHttpOnLoopback).");
        }

        if (issuer.JwksUri is not null && !rules.IsAllowed(issuer.JwksUri))
        {
            mistakes.Add($"{path}:JwksUri", "must be an absolute https URL without user and fragment (http only on loopback, with DangerousAllowHttpOnLoopback).");
        }

        if (issuer.JwksUri is not null && issuer.MetadataAddress is not null)
        {
            mistakes.Add($"{path}:MetadataAddress", "is not used when JwksUri is set; leave one of them out.");
        }
    }

    private static void CheckIntervals(string path, IssuerOptions issuer, OptionMistakes mistakes)
    {
        mistakes.CheckPositive($"{path}:KeyRefreshMinimumInterval", issuer.KeyRefreshMinimumInterval, Longest);
        mistakes.CheckPositive($"{path}:KeyRefreshInterval", issuer.KeyRefreshInterval, Longest);
        mistakes.CheckPositive($"{path}:LastKnownGoodLifetime", issuer.LastKnownGoodLifetime, Longest);
        if (issuer.KeyRefreshInterval < issuer.KeyRefreshMinimumInterval)
        {
            mistakes.Add($"{path}:KeyRefreshInterval", "must not be shorter than KeyRefreshMinimumInterval.");
        }

        if (issuer.LastKnownGoodLifetime < issuer.KeyRefreshInterval)
        {
            mistakes.Add($"{path}:LastKnownGoodLifetime", "must not be shorter than KeyRefreshInterval.");
        }
    }

    private static void CheckItems(string path, IList<string> items, Func<string, bool> isGood, string mistake, OptionMistakes mistakes)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (!isGood(items[i]))
            {
                mistakes.Add($"{path}:{i}", mistake);
            }
        }
    }
}
