namespace PgOAuth.Listening;

/// <summary>One connection's place under the caps.</summary>
internal sealed class ConnectionLease : IDisposable
{
    private readonly ConnectionGate _gate;
    private readonly AddressKey _address;
    private int _authenticated;
    private int _disposed;

    internal ConnectionLease(ConnectionGate gate, AddressKey address)
    {
        _gate = gate;
        _address = address;
    }

    /// <summary>The login is over: the place among the unauthenticated is free.</summary>
    internal void Authenticated()
    {
        if (Interlocked.Exchange(ref _authenticated, 1) == 0)
        {
            _gate.LeaveUnauthenticated(_address);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Authenticated();
            _gate.Leave(_address);
        }
    }
}
