namespace PgOAuth.Transport.Sockets;

/// <summary>Lets one caller at a time into one direction of a stream; what has to wait for that caller is left to him.</summary>
internal struct HalfGuard
{
    internal const int ShutdownDue = 2;
    internal const int Closed = 4;
    private const int Busy = 1;

    private int _state;

    /// <summary>Whether somebody is in.</summary>
    internal readonly bool IsEntered => (Volatile.Read(in _state) & Busy) != 0;

    /// <returns>False when it is closed.</returns>
    /// <exception cref="InvalidOperationException">Somebody is in already.</exception>
    internal bool TryEnter(string busy)
    {
        var state = Interlocked.Or(ref _state, Busy);
        if ((state & Closed) != 0)
        {
            return false;
        }

        return (state & Busy) == 0 ? true : throw new InvalidOperationException(busy);
    }

    /// <returns>What was left to the caller.</returns>
    internal int Leave() => Interlocked.And(ref _state, ~Busy);

    /// <returns>True: nobody is in, or will be told, and the caller does it. False: it is left to the one who is in.</returns>
    internal bool TryMark(int what) => (Interlocked.Or(ref _state, what) & (Busy | what)) == 0;
}
