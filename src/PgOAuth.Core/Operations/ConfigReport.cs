using System.Globalization;
using PgOAuth.Options;

namespace PgOAuth.Operations;

/// <summary>The settings in force, by their paths: those an operator looks for. Passwords and files of keys are not among them.</summary>
internal static class ConfigReport
{
    internal static IReadOnlyList<ConfigSetting> Of(PgOAuthProxyOptions options)
    {
        var report = new Report();
        for (var i = 0; i < options.Endpoints.Count; i++)
        {
            report.Add($"Endpoints:{i}:Address", options.Endpoints[i].Address);
            report.Add($"Endpoints:{i}:TokenExchange", options.Endpoints[i].TokenExchange);
        }

        AddLimits(report, options.Limits);
        for (var i = 0; i < options.Authentication.Issuers.Count; i++)
        {
            report.Add($"Authentication:Issuers:{i}:Issuer", options.Authentication.Issuers[i].Issuer);
        }

        report.Add("Authentication:TokenCacheSize", options.Authentication.TokenCacheSize);
        report.Add("Authorization:UserMatching", options.Authorization.UserMatching);
        report.Add("Authorization:RequiredScopes", string.Join(' ', options.Authorization.RequiredScopes));
        AddUpstream(report, options.Upstream);
        AddPool(report, options.Pool);
        report.Add("Transport:Kind", options.Transport.Kind);
        report.Add("Transport:Loops", options.Transport.Loops);
        AddEnforcement(report, options.Enforcement);
        report.Add("Auditing:QueueCapacity", options.Auditing.QueueCapacity);
        report.Add("Auditing:Overflow", options.Auditing.Overflow);
        report.Add("Auditing:Statements", options.Auditing.Statements);
        report.Add("Admin:Scope", options.Admin.Scope);
        report.Add("Admin:Database", options.Admin.Database);
        return report.Settings;
    }

    private static void AddLimits(Report report, ProxyLimits limits)
    {
        report.Add("Limits:MaxConnections", limits.MaxConnections);
        report.Add("Limits:MaxConnectionsPerAddress", limits.MaxConnectionsPerAddress);
        report.Add("Limits:MaxUnauthenticatedConnections", limits.MaxUnauthenticatedConnections);
        report.Add("Limits:LoginTimeout", limits.LoginTimeout);
        report.Add("Limits:MaxTokenBytes", limits.MaxTokenBytes);
        report.Add("Limits:MaxStatementBytes", limits.MaxStatementBytes);
        report.Add("Limits:MaxFailedCancelsPerMinute", limits.MaxFailedCancelsPerMinute);
        report.Add("Limits:MaxConcurrentCancels", limits.MaxConcurrentCancels);
        report.Add("Limits:CancelTimeout", limits.CancelTimeout);
        report.Add("Limits:DrainTimeout", limits.DrainTimeout);
    }

    private static void AddUpstream(Report report, UpstreamOptions upstream)
    {
        report.Add("Upstream:Mode", upstream.Mode);
        report.Add("Upstream:HandOnClaims", upstream.HandsOnClaims ? "True" : "False");
        foreach (var (name, server) in upstream.Servers.OrderBy(static server => server.Key, StringComparer.Ordinal))
        {
            report.Add($"Upstream:Servers:{name}:Host", server.Host);
            report.Add($"Upstream:Servers:{name}:Port", server.Port);
        }

        for (var i = 0; i < upstream.Routes.Count; i++)
        {
            var route = upstream.Routes[i];
            report.Add($"Upstream:Routes:{i}:Database", route.Database);
            report.Add($"Upstream:Routes:{i}:Server", route.Server);
            report.Add($"Upstream:Routes:{i}:UpstreamDatabase", route.UpstreamDatabase);
            report.Add($"Upstream:Routes:{i}:PoolMode", route.PoolMode?.ToString());
            report.Add($"Upstream:Routes:{i}:PoolSize", route.PoolSize?.ToString(CultureInfo.InvariantCulture));
            report.Add($"Upstream:Routes:{i}:Gate", route.Gate?.ToString());
        }
    }

    private static void AddPool(Report report, PoolOptions pool)
    {
        report.Add("Pool:Mode", pool.Mode);
        report.Add("Pool:Size", pool.Size);
        report.Add("Pool:MinSize", pool.MinSize);
        report.Add("Pool:Reserve", pool.Reserve);
        report.Add("Pool:ReserveAfter", pool.ReserveAfter);
        report.Add("Pool:WaitTimeout", pool.WaitTimeout);
        report.Add("Pool:WaitNotice", pool.WaitNotice);
        report.Add("Pool:ServerLifetime", pool.ServerLifetime);
        report.Add("Pool:ServerIdleTimeout", pool.ServerIdleTimeout);
        report.Add("Pool:RetryDelay", pool.RetryDelay);
        report.Add("Pool:IdleTransactionTimeout", pool.IdleTransactionTimeout);
        report.Add("Pool:MaxPreparedStatements", pool.MaxPreparedStatements);
        report.Add("Pool:TenantClaim", pool.TenantClaim);
        report.Add("Pool:MaxServerConnections", pool.MaxServerConnections);
        report.Add("Pool:MaxPerTenant", pool.MaxPerTenant);
        report.Add("Pool:MaxPerPrincipal", pool.MaxPerPrincipal);
        report.Add("Pool:MaxPools", pool.MaxPools);
    }

    private static void AddEnforcement(Report report, EnforcementOptions enforcement)
    {
        report.Add("Enforcement:Mode", enforcement.Mode);
        report.Add("Enforcement:SearchPath", string.Join(", ", enforcement.SearchPath));
        report.Add("Enforcement:PolicyFile", enforcement.PolicyFile);
        report.Add("Enforcement:Policy:Scopes", string.Join(' ', enforcement.Policy.Scopes.Keys.Order(StringComparer.Ordinal)));
        report.Add("Enforcement:CatalogRefreshInterval", enforcement.CatalogRefreshInterval);
        report.Add("Enforcement:CatalogKeepFor", enforcement.CatalogKeepFor);
        report.Add("Enforcement:CatalogReadTimeout", enforcement.CatalogReadTimeout);
    }

    private sealed class Report
    {
        internal List<ConfigSetting> Settings { get; } = [];

        internal void Add(string name, string? value) => Settings.Add(new ConfigSetting(name, value ?? ""));

        internal void Add<T>(string name, T value)
            where T : struct, IFormattable => Add(name, value.ToString(null, CultureInfo.InvariantCulture));
    }
}
