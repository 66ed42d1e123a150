using System.Globalization;
using PgOAuth.Options;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Tells whether two settings of an issuer are the same, so that a reload keeps the keys that are at hand (C09, E12).</summary>
internal static class IssuerFingerprint
{
    private const char Between = '\u001f';

    internal static string Of(IssuerOptions options) => string.Join(
        Between,
        options.Issuer,
        List(options.Audiences),
        options.MetadataAddress ?? "\0",
        options.JwksUri ?? "\0",
        List(options.Algorithms),
        List(options.AllowedClients),
        options.AllowPlainJwtType ? "1" : "0",
        options.SubjectClaim,
        Time(options.ClockSkew),
        Time(options.MaxTokenLifetime),
        Time(options.KeyRefreshInterval),
        Time(options.KeyRefreshMinimumInterval),
        Time(options.LastKnownGoodLifetime),
        List(options.AllowedKeyHosts),
        options.DangerousAllowHttpOnLoopback ? "1" : "0",
        options.AllowPrivateNetwork ? "1" : "0");

    private static string List(IEnumerable<string> items) => string.Join('\u001e', items);

    private static string Time(TimeSpan time) => time.Ticks.ToString(CultureInfo.InvariantCulture);
}
