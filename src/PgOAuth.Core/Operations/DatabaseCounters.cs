using System.Diagnostics;

namespace PgOAuth.Operations;

/// <summary>
/// What one event loop counts of one database. One writer, which need not synchronise; readers see each number a moment late.
/// </summary>
internal sealed class DatabaseCounters
{
    private readonly Func<long> _clock;
    private long _assignments;
    private long _transactions;
    private long _queries;
    private long _received;
    private long _sent;
    private long _waitTicks;
    private long _transactionTime;
    private long _queryTime;

    /// <param name="database">As clients ask for it.</param>
    /// <param name="clock">The loop's; in the units of <see cref="Stopwatch"/>.</param>
    internal DatabaseCounters(string database, Func<long> clock)
    {
        Database = database;
        _clock = clock;
    }

    internal string Database { get; }

    /// <summary>The loop's time, in the units of <see cref="Stopwatch"/>. On the loop.</summary>
    internal long Now => _clock();

    internal long Assignments => Volatile.Read(ref _assignments);

    internal long Transactions => Volatile.Read(ref _transactions);

    internal long Queries => Volatile.Read(ref _queries);

    internal long BytesReceived => Volatile.Read(ref _received);

    internal long BytesSent => Volatile.Read(ref _sent);

    internal TimeSpan TransactionTime => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _transactionTime));

    internal TimeSpan QueryTime => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _queryTime));

    internal TimeSpan WaitTime => TimeSpan.FromTicks(Volatile.Read(ref _waitTicks));

    /// <summary>A client was given a server connection after waiting so long.</summary>
    internal void Assigned(TimeSpan waited)
    {
        Volatile.Write(ref _assignments, _assignments + 1);
        Volatile.Write(ref _waitTicks, _waitTicks + waited.Ticks);
    }

    /// <summary>A ReadyForQuery goes to a client, so long after what it answers was sent.</summary>
    internal void QueryOver(long time)
    {
        Volatile.Write(ref _queries, _queries + 1);
        Volatile.Write(ref _queryTime, _queryTime + time);
    }

    /// <summary>A transaction is over, so long after its first message was sent.</summary>
    internal void TransactionOver(long time)
    {
        Volatile.Write(ref _transactions, _transactions + 1);
        Volatile.Write(ref _transactionTime, _transactionTime + time);
    }

    internal void Received(int bytes) => Volatile.Write(ref _received, _received + bytes);

    internal void Sent(int bytes) => Volatile.Write(ref _sent, _sent + bytes);
}
