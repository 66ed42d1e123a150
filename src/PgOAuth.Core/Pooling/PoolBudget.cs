using PgOAuth.Options;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: how many server connections tenants and persons use at once, over all pools (B18). Thread-safe; costs nothing where no cap is set.</summary>
internal sealed class PoolBudget(PoolOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _principals = new(StringComparer.Ordinal);
    private readonly int _perTenant = options.MaxPerTenant;
    private readonly int _perPrincipal = options.MaxPerPrincipal;

    /// <summary>Whether any cap is set.</summary>
    internal bool IsLimited => _perTenant > 0 || _perPrincipal > 0;

    /// <summary>Tenants and persons that use any connection; for leak checks.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _tenants.Count + _principals.Count;
            }
        }
    }

    internal bool MayUse(SessionPrincipal principal)
    {
        if (!IsLimited)
        {
            return true;
        }

        lock (_lock)
        {
            return Fits(principal);
        }
    }

    /// <summary>Counts one more connection, unless a cap is reached.</summary>
    internal bool TryUse(SessionPrincipal principal)
    {
        if (!IsLimited)
        {
            return true;
        }

        lock (_lock)
        {
            if (!Fits(principal))
            {
                return false;
            }

            Add(_tenants, _perTenant, principal.Tenant, 1);
            Add(_principals, _perPrincipal, principal.Key, 1);
            return true;
        }
    }

    /// <summary>Counts a connection given back.</summary>
    /// <returns>Whether somebody may have waited for that: a cap was reached.</returns>
    internal bool Return(SessionPrincipal principal)
    {
        if (!IsLimited)
        {
            return false;
        }

        lock (_lock)
        {
            var wasFull = !Fits(principal);
            Add(_tenants, _perTenant, principal.Tenant, -1);
            Add(_principals, _perPrincipal, principal.Key, -1);
            return wasFull;
        }
    }

    private static void Add(Dictionary<string, int> counts, int limit, string key, int change)
    {
        if (limit == 0)
        {
            return;
        }

        var count = counts.GetValueOrDefault(key) + change;
        if (count == 0)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = count;
        }
    }

    private bool Fits(SessionPrincipal principal) =>
        (_perTenant == 0 || _tenants.GetValueOrDefault(principal.Tenant) < _perTenant)
        && (_perPrincipal == 0 || _principals.GetValueOrDefault(principal.Key) < _perPrincipal);
}
