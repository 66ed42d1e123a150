using PgOAuth.Protocol.Backend;

namespace PgOAuth.Relay;

/// <summary>Stage 6: what both directions know of the conversation. Written by one direction each, read by both.</summary>
internal sealed class RelayState
{
    private int _owed;
    private volatile bool _unsynced;
    private volatile byte _status = ReadyForQuery.Idle;

    /// <summary>
    /// Whether nothing is owed and the server says idle. Errs on the side of busy: after an error the server may skip a
    /// Query and owe nothing for it (A19), which only makes a drain wait for its deadline.
    /// </summary>
    internal bool IsIdle => Volatile.Read(ref _owed) <= 0 && !_unsynced && _status == ReadyForQuery.Idle;

    /// <summary>Whether the server still works on something of this session.</summary>
    internal bool IsBusy => Volatile.Read(ref _owed) > 0 || _unsynced;

    /// <summary>The client sent Query, Sync or FunctionCall: one ReadyForQuery is owed.</summary>
    internal void ReplyOwed()
    {
        _unsynced = false;
        Interlocked.Increment(ref _owed);
    }

    /// <summary>The client sent a message of the extended protocol without Sync yet.</summary>
    internal void ExtendedStarted() => _unsynced = true;

    /// <summary>The server said ReadyForQuery.</summary>
    internal void Ready(byte status)
    {
        _status = status;
        Interlocked.Decrement(ref _owed);
    }
}
