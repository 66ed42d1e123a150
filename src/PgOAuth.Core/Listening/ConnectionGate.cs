using System.Collections.Concurrent;
using System.Net;
using PgOAuth.Options;
using PgOAuth.Sessions;

namespace PgOAuth.Listening;

/// <summary>Stage 1: the caps on connections. Every lease that is given is given back, whatever becomes of the session (E26).</summary>
internal sealed class ConnectionGate
{
    private readonly ProxyLimits _limits;
    private readonly ConcurrentDictionary<AddressKey, int> _byAddress = new();
    private int _total;
    private int _unauthenticated;

    internal ConnectionGate(ProxyLimits limits) => _limits = limits;

    internal int Total => Volatile.Read(ref _total);

    internal int Unauthenticated => Volatile.Read(ref _unauthenticated);

    internal int Addresses => _byAddress.Count;

    /// <summary>Takes a place, or says which cap is reached. The lease is given in both cases and must be disposed.</summary>
    internal ConnectionLease Enter(IPAddress? address, out SessionEndReason refused)
    {
        var key = new AddressKey(address);
        var total = Interlocked.Increment(ref _total);
        var unauthenticated = Interlocked.Increment(ref _unauthenticated);
        var fromAddress = _byAddress.AddOrUpdate(key, 1, static (_, count) => count + 1);
        refused = unauthenticated > _limits.MaxUnauthenticatedConnections ? SessionEndReason.TooManyUnauthenticatedConnections
            : total > _limits.MaxConnections ? SessionEndReason.TooManyConnections
            : address is not null && fromAddress > _limits.MaxConnectionsPerAddress ? SessionEndReason.TooManyConnectionsFromAddress
            : SessionEndReason.None;
        return new ConnectionLease(this, key);
    }

    internal void LeaveUnauthenticated() => Interlocked.Decrement(ref _unauthenticated);

    internal void Leave(AddressKey key)
    {
        Interlocked.Decrement(ref _total);
        while (_byAddress.TryGetValue(key, out var count))
        {
            if (count > 1 ? _byAddress.TryUpdate(key, count - 1, count) : _byAddress.TryRemove(new(key, count)))
            {
                return;
            }
        }
    }
}
