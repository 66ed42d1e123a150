using System.Collections.Concurrent;
using System.Net;
using PgOAuth.Options;
using PgOAuth.Sessions;

namespace PgOAuth.Listening;

/// <summary>Stage 1: the caps on connections. Every lease that is given is given back, whatever becomes of the session (E26).</summary>
internal sealed class ConnectionGate
{
    private readonly ConcurrentDictionary<AddressKey, Counts> _byAddress = new();
    private volatile ProxyLimits _limits;
    private int _total;
    private int _unauthenticated;

    internal ConnectionGate(ProxyLimits limits) => _limits = limits;

    internal int Total => Volatile.Read(ref _total);

    internal int Unauthenticated => Volatile.Read(ref _unauthenticated);

    internal int Addresses => _byAddress.Count;

    /// <summary>Other caps from now on. Who is in stays in.</summary>
    internal void Use(ProxyLimits limits) => _limits = limits;

    /// <summary>Takes a place, or says which cap is reached. The lease is given in both cases and must be disposed.</summary>
    internal ConnectionLease Enter(IPAddress? address, out SessionEndReason refused)
    {
        var limits = _limits;

        // One stranger must not keep everybody else from logging in (A45).
        var unauthenticatedFromOneAddress = Math.Max(1, limits.MaxUnauthenticatedConnections / 2);
        var key = new AddressKey(address);
        var total = Interlocked.Increment(ref _total);
        var unauthenticated = Interlocked.Increment(ref _unauthenticated);
        var fromAddress = _byAddress.AddOrUpdate(key, new Counts(1, 1), static (_, old) => new Counts(old.Total + 1, old.Unauthenticated + 1));
        refused = unauthenticated > limits.MaxUnauthenticatedConnections ? SessionEndReason.TooManyUnauthenticatedConnections
            : address is not null && fromAddress.Unauthenticated > unauthenticatedFromOneAddress ? SessionEndReason.TooManyUnauthenticatedConnections
            : total > limits.MaxConnections ? SessionEndReason.TooManyConnections
            : address is not null && fromAddress.Total > limits.MaxConnectionsPerAddress ? SessionEndReason.TooManyConnectionsFromAddress
            : SessionEndReason.None;
        return new ConnectionLease(this, key);
    }

    internal void LeaveUnauthenticated(AddressKey key)
    {
        Interlocked.Decrement(ref _unauthenticated);
        Change(key, static old => old with { Unauthenticated = old.Unauthenticated - 1 });
    }

    internal void Leave(AddressKey key)
    {
        Interlocked.Decrement(ref _total);
        Change(key, static old => old with { Total = old.Total - 1 });
    }

    private void Change(AddressKey key, Func<Counts, Counts> change)
    {
        while (_byAddress.TryGetValue(key, out var old))
        {
            var changed = change(old);
            if (changed.Total > 0 ? _byAddress.TryUpdate(key, changed, old) : _byAddress.TryRemove(new(key, old)))
            {
                return;
            }
        }
    }

    private readonly record struct Counts(int Total, int Unauthenticated);
}
