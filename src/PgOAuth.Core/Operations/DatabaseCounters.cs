namespace PgOAuth.Operations;

/// <summary>
/// What one event loop counts of one database. One writer, which need not synchronise; readers see each number a moment late.
/// </summary>
internal sealed class DatabaseCounters
{
    private long _assignments;
    private long _transactions;
    private long _queries;
    private long _received;
    private long _sent;
    private long _waitTicks;

    internal DatabaseCounters(string database) => Database = database;

    internal string Database { get; }

    internal long Assignments => Volatile.Read(ref _assignments);

    internal long Transactions => Volatile.Read(ref _transactions);

    internal long Queries => Volatile.Read(ref _queries);

    internal long BytesReceived => Volatile.Read(ref _received);

    internal long BytesSent => Volatile.Read(ref _sent);

    internal TimeSpan WaitTime => TimeSpan.FromTicks(Volatile.Read(ref _waitTicks));

    /// <summary>A client was given a server connection after waiting so long.</summary>
    internal void Assigned(TimeSpan waited)
    {
        Volatile.Write(ref _assignments, _assignments + 1);
        Volatile.Write(ref _waitTicks, _waitTicks + waited.Ticks);
    }

    /// <summary>A ReadyForQuery went to a client.</summary>
    internal void Answered(bool isTransactionOver)
    {
        Volatile.Write(ref _queries, _queries + 1);
        if (isTransactionOver)
        {
            Volatile.Write(ref _transactions, _transactions + 1);
        }
    }

    internal void Received(int bytes) => Volatile.Write(ref _received, _received + bytes);

    internal void Sent(int bytes) => Volatile.Write(ref _sent, _sent + bytes);
}
