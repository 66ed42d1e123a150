using System.Text;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Protocol;

namespace PgOAuth.Options.Validation;

/// <summary>Stage 7: <c>Enforcement</c>. What a policy file has wrong is found by <see cref="LoadedPolicy.Load"/>.</summary>
internal static class EnforcementRules
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    internal static void Check(PgOAuthProxyOptions options, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        var enforcement = options.Enforcement;
        mistakes.CheckDefined("Enforcement:Mode", enforcement.Mode);
        CheckSearchPath(enforcement.SearchPath, mistakes);
        CheckPolicy(enforcement, mistakes);
        mistakes.CheckPositive("Enforcement:CatalogRefreshInterval", enforcement.CatalogRefreshInterval, Day);
        mistakes.CheckPositive("Enforcement:CatalogKeepFor", enforcement.CatalogKeepFor, Day);
        mistakes.CheckPositive("Enforcement:CatalogReadTimeout", enforcement.CatalogReadTimeout, TimeSpan.FromMinutes(10));
        if (enforcement.CatalogKeepFor > TimeSpan.Zero && enforcement.CatalogKeepFor < enforcement.CatalogRefreshInterval)
        {
            mistakes.Add("Enforcement:CatalogKeepFor", "must not be shorter than CatalogRefreshInterval.");
        }

        CheckCatalogLogins(options, components, mistakes);
    }

    /// <summary>Whether the gate judges the statements of any session.</summary>
    internal static bool AnyIsGated(PgOAuthProxyOptions options) =>
        options.Enforcement.Mode != GateMode.Off || options.Upstream.Routes.Any(static route => route.Gate is not (null or GateMode.Off));

    private static void CheckSearchPath(IList<string> schemas, OptionMistakes mistakes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < schemas.Count; i++)
        {
            var path = $"Enforcement:SearchPath:{i}";
            var schema = schemas[i];
            if (string.IsNullOrEmpty(schema) || schema.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(schema) > ProtocolConstants.MaxNameBytes)
            {
                mistakes.Add(path, $"must be the name of a schema, of 1 to {ProtocolConstants.MaxNameBytes} bytes.");
            }
            else if (schema is "$user" or "\"$user\"")
            {
                mistakes.Add(path, "cannot be $user: names would mean something else for each role; name the schemas.");
            }
            else if (schema.StartsWith("pg_temp", StringComparison.Ordinal) || schema.StartsWith("pg_toast", StringComparison.Ordinal))
            {
                mistakes.Add(path, "cannot be a schema of temporary or internal tables: what clients make there would hide what rules name.");
            }
            else if (!seen.Add(schema))
            {
                mistakes.Add(path, $"\"{schema}\" stands twice.");
            }
        }
    }

    private static void CheckPolicy(EnforcementOptions enforcement, OptionMistakes mistakes)
    {
        if (enforcement.PolicyFile is null)
        {
            foreach (var mistake in PolicyValidator.Validate(enforcement.Policy))
            {
                mistakes.AddKnown($"Enforcement:Policy:{mistake}");
            }
        }
        else if (enforcement.Policy.HasRules || enforcement.Policy.Defaults is not { SessionCommands: true, HarmlessFunctions: true, Metadata: true, HarmlessSettings: true })
        {
            mistakes.Add("Enforcement:PolicyFile", "cannot stand beside Enforcement:Policy: the file's rules replace it; leave one of them out.");
        }
    }

    private static void CheckCatalogLogins(PgOAuthProxyOptions options, PgOAuthProxyComponents components, OptionMistakes mistakes)
    {
        var upstream = options.Upstream;
        if (upstream.Mode == UpstreamMode.AssumeRole && components.UpstreamCredentials is null)
        {
            // Without it nobody could log in, which is said already.
            return;
        }

        foreach (var (name, server) in upstream.Servers)
        {
            if (server.Username is null && MayBeGated(name, options, components))
            {
                mistakes.Add($"Upstream:Servers:{name}:Username", "is missing; the statement gate logs in as this user to read the catalog. It needs no rights.");
            }
        }
    }

    private static bool MayBeGated(string server, PgOAuthProxyOptions options, PgOAuthProxyComponents components)
    {
        var mode = options.Enforcement.Mode;
        return components.UpstreamRouter is not null || options.Upstream.Routes.Count == 0
            ? AnyIsGated(options)
            : options.Upstream.Routes.Any(route => route.Server == server && (route.Gate ?? mode) != GateMode.Off);
    }
}
