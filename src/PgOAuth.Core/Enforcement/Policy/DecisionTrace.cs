namespace PgOAuth.Enforcement.Policy;

/// <summary>All that a decision looked at, for audit and explain (stage 7). Equal entries stand in it once.</summary>
/// <param name="limit">How many entries are kept.</param>
internal sealed class DecisionTrace(int limit = int.MaxValue)
{
    private readonly List<DecisionTraceEntry> _entries = [];
    private readonly HashSet<DecisionTraceEntry> _seen = [];

    internal IReadOnlyList<DecisionTraceEntry> Entries => _entries;

    internal PolicyRefusal? FirstRefusal { get; private set; }

    /// <summary>Whether nothing more is kept: all that is still worth knowing is whether the statement is refused.</summary>
    internal bool IsFull => _entries.Count >= limit;

    /// <summary>Whether there was more than is kept.</summary>
    internal bool IsCut { get; private set; }

    internal void Add(DecisionTraceEntry entry)
    {
        var isFirstRefusal = FirstRefusal is null && entry.Refusal is not null;
        FirstRefusal ??= entry.Refusal;
        if (entry.Refusal is null && !_seen.Add(entry))
        {
            return;
        }

        // What decides is kept in any case.
        if (!IsFull || isFirstRefusal)
        {
            _entries.Add(entry);
        }
        else
        {
            IsCut = true;
        }
    }

    /// <summary>Something was not added, because nothing more is kept.</summary>
    internal void Cut() => IsCut = true;
}
