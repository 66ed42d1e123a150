using System.Collections.Concurrent;

namespace PgOAuth.Enforcement.Policy;

/// <summary>The grants of one policy by what they were put together from, so that sessions share them (stage 7). Bounded.</summary>
internal sealed class GrantCache(CompiledPolicy policy)
{
    // Sets of scopes, not sessions: an application has a handful. Tokens with authorization_details may all differ.
    internal const int MaxEntries = 4096;

    // Longer objects are rare and would make the cache a memory of tokens.
    internal const int MaxKeyLength = 4096;

    private readonly ConcurrentDictionary<string, Grant> _grants = new(StringComparer.Ordinal);

    // Counted apart: ConcurrentDictionary.Count takes all its locks.
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    /// <summary>The grant of these scopes and objects; the same object for the same ones, as long as it is kept.</summary>
    /// <param name="scopes">The token's scopes, in any order; those that the policy does not know give nothing.</param>
    /// <param name="details">The token's authorization_details, an array in JSON; null for none.</param>
    internal Grant Get(IEnumerable<string> scopes, string? details = null)
    {
        var known = scopes.Where(policy.Knows).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var key = string.Join(' ', known) + "\n" + details;
        if (_grants.TryGetValue(key, out var grant))
        {
            return grant;
        }

        grant = policy.Compile(known, details);
        if (key.Length > MaxKeyLength)
        {
            return grant;
        }

        if (Count >= MaxEntries)
        {
            // Throwing all away is rare and costs one compilation for each set of scopes in use.
            _grants.Clear();
            Volatile.Write(ref _count, 0);
        }

        var kept = _grants.GetOrAdd(key, grant);
        if (ReferenceEquals(kept, grant))
        {
            Interlocked.Increment(ref _count);
        }

        return kept;
    }
}
