using System.Collections.Concurrent;

namespace PgOAuth.Operations;

/// <summary>The counters of all loops, added up when somebody asks. Thread-safe.</summary>
internal sealed class StatisticsBoard
{
    private readonly ConcurrentBag<DatabaseCounters> _counters = [];

    /// <summary>Counters for one loop and one database; the loop keeps them and asks once, for they are never given back.</summary>
    internal DatabaseCounters Add(string database, Func<long> clock)
    {
        var counters = new DatabaseCounters(database, clock);
        _counters.Add(counters);
        return counters;
    }

    /// <summary>Bytes of all databases, from clients and to clients.</summary>
    internal (long Received, long Sent) SumBytes()
    {
        var (received, sent) = (0L, 0L);
        foreach (var counters in _counters)
        {
            received += counters.BytesReceived;
            sent += counters.BytesSent;
        }

        return (received, sent);
    }

    internal IReadOnlyList<ProxyStatistics> Collect() =>
    [
        .. _counters
            .GroupBy(static counters => counters.Database, StringComparer.Ordinal)
            .OrderBy(static database => database.Key, StringComparer.Ordinal)
            .Select(static database => new ProxyStatistics
            {
                Database = database.Key,
                Assignments = database.Sum(static one => one.Assignments),
                Transactions = database.Sum(static one => one.Transactions),
                Queries = database.Sum(static one => one.Queries),
                BytesReceived = database.Sum(static one => one.BytesReceived),
                BytesSent = database.Sum(static one => one.BytesSent),
                TransactionTime = TimeSpan.FromTicks(database.Sum(static one => one.TransactionTime.Ticks)),
                QueryTime = TimeSpan.FromTicks(database.Sum(static one => one.QueryTime.Ticks)),
                WaitTime = TimeSpan.FromTicks(database.Sum(static one => one.WaitTime.Ticks)),
            }),
    ];
}
