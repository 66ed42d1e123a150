using PgOAuth.Enforcement;
using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 7: which texts the names of a session's prepared statements may stand for, whichever door they came in by: Parse messages or
/// PREPARE (A25). Holds what may be, not what is: a text is forgotten only when it is certain that the server has forgotten it.
/// </summary>
internal sealed class SessionNames
{
    /// <summary>Names one session may have at once; those beyond cannot be used once a verdict may have changed.</summary>
    internal const int MaxNames = 16 * 1024;

    private readonly Dictionary<byte[], PossibleStatements> _names = new(NameComparer.Instance);
    private readonly Dictionary<byte[], PossibleStatements>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private PossibleStatements _unnamed;

    internal SessionNames() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>A statement is prepared.</summary>
    /// <param name="name">Its name; empty for the unnamed one.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="isCertain">Whether the server has nothing before it to do: what fails or is discarded leaves the unnamed one as it was.</param>
    /// <param name="batch">The batch of a Parse message.</param>
    /// <param name="isLasting">Whether each execution of something prepared gives the name again.</param>
    internal void Add(ReadOnlySpan<byte> name, Statement statement, bool isCertain, long batch = PossibleStatements.NoBatch, bool isLasting = false)
    {
        if (name.IsEmpty)
        {
            _unnamed = isCertain ? new PossibleStatements(statement, batch) : _unnamed.With(statement, batch);
            return;
        }

        name = Cut(name);
        if (_lookup.TryGetValue(name, out var known))
        {
            _lookup[name] = known.With(statement, batch, isLasting);
        }
        else if (_names.Count < MaxNames)
        {
            _lookup[name] = new PossibleStatements(statement, batch, isLasting);
        }
    }

    /// <summary>What the name may stand for; nothing when it is not known.</summary>
    internal PossibleStatements Find(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? _unnamed : _lookup.TryGetValue(Cut(name), out var known) ? known : default;

    /// <summary>The server has certainly forgotten it. What may come back stays.</summary>
    internal void Remove(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            _unnamed = default;
        }
        else if (_lookup.TryGetValue(Cut(name), out var known) && !known.IsLasting)
        {
            _lookup.Remove(Cut(name));
        }
    }

    /// <summary>The server has certainly forgotten all of them.</summary>
    internal void Clear()
    {
        _names.Clear();
        _unnamed = default;
    }

    // The server's own table of names compares no more than this.
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> name) => name[..Math.Min(name.Length, ProtocolConstants.MaxNameBytes)];
}
