namespace PgOAuth.Enforcement.Policy;

/// <summary>All that a decision looked at, for audit and explain (stage 7). Equal entries stand in it once.</summary>
internal sealed class DecisionTrace
{
    private readonly List<DecisionTraceEntry> _entries = [];
    private readonly HashSet<DecisionTraceEntry> _seen = [];

    internal IReadOnlyList<DecisionTraceEntry> Entries => _entries;

    internal PolicyRefusal? FirstRefusal { get; private set; }

    internal void Add(DecisionTraceEntry entry)
    {
        FirstRefusal ??= entry.Refusal;
        if (entry.Refusal is not null || _seen.Add(entry))
        {
            _entries.Add(entry);
        }
    }
}
