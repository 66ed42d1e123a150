using System.Collections.Concurrent;
using PgOAuth.Options;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: how many server connections tenants and persons use at once, over all pools (B18). Thread-safe; costs nothing where no cap is set.</summary>
internal sealed class PoolBudget(PoolOptions options)
{
    private readonly ConcurrentDictionary<string, int> _tenants = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _principals = new(StringComparer.Ordinal);

    internal bool MayUse(SessionPrincipal principal) =>
        (options.MaxPerTenant == 0 || !_tenants.TryGetValue(principal.Tenant, out var used) || used < options.MaxPerTenant)
        && (options.MaxPerPrincipal == 0 || !_principals.TryGetValue(principal.Key, out used) || used < options.MaxPerPrincipal);

    /// <summary>Counts a connection taken or given back.</summary>
    /// <returns>Whether somebody may have waited for one given back.</returns>
    internal bool Add(SessionPrincipal principal, int change)
    {
        if (options is { MaxPerTenant: 0, MaxPerPrincipal: 0 })
        {
            return false;
        }

        if (options.MaxPerTenant > 0)
        {
            Add(_tenants, principal.Tenant, change);
        }

        if (options.MaxPerPrincipal > 0)
        {
            Add(_principals, principal.Key, change);
        }

        return change < 0;
    }

    private static void Add(ConcurrentDictionary<string, int> counts, string key, int change)
    {
        if (counts.AddOrUpdate(key, static (_, change) => change, static (_, count, change) => count + change, change) == 0)
        {
            counts.TryRemove(new(key, 0));
        }
    }
}
