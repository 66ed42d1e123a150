using PgOAuth.Enforcement;
using PgOAuth.Protocol;
using PgOAuth.Upstream;

namespace PgOAuth.Options.Validation;

/// <summary>Stage 5: <c>Upstream</c>. What one server alone can have wrong is found by <see cref="UpstreamServer.Compile"/>.</summary>
internal static class UpstreamRules
{
    private static readonly string[] StartupFields = ["user", "database", "options", "replication"];

    /// <summary>The settings that are always handed on.</summary>
    private static readonly string[] ClaimsHandedOn = ["sub", "iss", "client_id", "scope"];

    internal static void Check(UpstreamOptions upstream, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        mistakes.CheckDefined("Upstream:Mode", upstream.Mode);
        if (upstream.Servers.Count == 0)
        {
            mistakes.Add("Upstream:Servers", "at least one server is needed, such as \"main\": { \"Host\": \"localhost\", \"Username\": \"pgoauth_service\" }.");
        }

        foreach (var (name, server) in upstream.Servers)
        {
            CheckServer($"Upstream:Servers:{name}", server, upstream.Mode, components, mistakes);
        }

        RouteRules.Check(upstream, components, mistakes);
        CheckClaimSettings(upstream, mistakes);
        CheckStartupParameters(upstream.AllowedStartupParameters, mistakes);
    }

    private static void CheckServer(string path, UpstreamServerOptions server, UpstreamMode mode, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        if (server.Username is null ? mode == UpstreamMode.AssumeRole && components.UpstreamCredentials is null : server.Username.Length == 0)
        {
            mistakes.Add($"{path}:Username", "is missing; name the service login that may become the mapped roles.");
        }

        mistakes.CheckFile($"{path}:PasswordFile", server.PasswordFile);
        mistakes.CheckDefined($"{path}:TlsNegotiation", server.TlsNegotiation);
        mistakes.CheckDefined($"{path}:ChannelBinding", server.ChannelBinding);
        if (server.TlsMode is { } tlsMode)
        {
            mistakes.CheckDefined($"{path}:TlsMode", tlsMode);
        }

        if (server.ClientCertificate is { Path: null } certificate && (certificate.KeyPath is not null || certificate.Password is not null))
        {
            mistakes.Add($"{path}:ClientCertificate:Path", "is missing; name the file with the certificate.");
        }

        var isVerified = server.TlsMode is UpstreamTlsMode.VerifyCa or UpstreamTlsMode.VerifyFull
            || (server.TlsMode is null && !UpstreamServer.IsLocalHost(server.Host));
        if (server.RootCertificatePath is not null && !isVerified)
        {
            mistakes.Add($"{path}:RootCertificatePath", "is not used, because the server's certificate is not verified; set TlsMode to VerifyFull or VerifyCa, or leave this out.");
        }
    }

    private static void CheckClaimSettings(UpstreamOptions upstream, OptionMistakes mistakes)
    {
        const string Path = "Upstream:ClaimSettings";
        if (!upstream.HandsOnClaims && upstream.ClaimSettings.Count > 0)
        {
            mistakes.Add(Path, "is not used while claims are not handed on: set HandOnClaims to true.");
        }

        var taken = ClaimsHandedOn.ToDictionary(ClaimSettings.SettingName, static claim => claim, StringComparer.Ordinal);
        for (var i = 0; i < upstream.ClaimSettings.Count; i++)
        {
            var claim = upstream.ClaimSettings[i];
            var setting = ClaimSettings.SettingName(claim);
            var name = setting.AsSpan(setting.IndexOf('.', StringComparison.Ordinal) + 1);
            if (name.IsEmpty || char.IsAsciiDigit(name[0]) || setting.Length > ProtocolConstants.MaxNameBytes)
            {
                // valid_custom_variable_name of PostgreSQL's guc.c.
                mistakes.Add($"{Path}:{i}", $"the claim makes no setting that PostgreSQL takes ({setting}): 1 to {ProtocolConstants.MaxNameBytes} characters, the first no digit.");
            }
            else if (!taken.TryAdd(setting, claim))
            {
                mistakes.Add($"{Path}:{i}", $"the setting {setting} holds the claim {taken[setting]} already.");
            }
        }
    }

    private static void CheckStartupParameters(IList<string> names, OptionMistakes mistakes)
    {
        for (var i = 0; i < names.Count; i++)
        {
            var path = $"Upstream:AllowedStartupParameters:{i}";
            var name = names[i];
            if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '$'))
            {
                mistakes.Add(path, "must be the name of a server setting.");
            }
            else if (StartupFields.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("_pq_.", StringComparison.OrdinalIgnoreCase))
            {
                mistakes.Add(path, $"{name} is part of the protocol, not a setting; leave it out.");
            }
            else if (ProtectedSettings.IsProtected(name))
            {
                mistakes.Add(path, $"{name} decides who the session is or how its SQL is read; no client may set it.");
            }
        }
    }
}
