using PgOAuth.Transport;

namespace PgOAuth.Operations;

/// <summary>Where each loop finds its own counters of a database. One table per loop, so nobody waits for anybody.</summary>
internal sealed class LoopCounters(StatisticsBoard board, int loops)
{
    private readonly Dictionary<string, DatabaseCounters>[] _tables = [.. Enumerable.Range(0, loops).Select(static _ => new Dictionary<string, DatabaseCounters>(StringComparer.Ordinal))];

    /// <summary>The loop's counters of this database, by the client's name of it. On that loop, and for databases that exist only: they are kept.</summary>
    internal DatabaseCounters For(EventLoop loop, string database)
    {
        var table = _tables[loop.Number];
        if (!table.TryGetValue(database, out var counters))
        {
            counters = board.Add(database, loop.Clock);
            table.Add(database, counters);
        }

        return counters;
    }
}
