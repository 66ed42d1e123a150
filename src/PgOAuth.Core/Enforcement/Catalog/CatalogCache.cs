using System.Collections.Concurrent;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>
/// Stage 7: the catalogs of all databases that sessions use, each read once for all who wait. From <c>RefreshInterval</c> on, whoever asks
/// has the server asked in the background whether anything changed; nobody waits for that, unless nobody asked for twice that
/// long. A reading that fails leaves the old snapshot in force for <c>KeepFor</c>; then there is none, and the gate denies.
/// Thread-safe.
/// </summary>
/// <param name="source">Reads.</param>
/// <param name="limits">How often and how much.</param>
/// <param name="time">Ages are measured with its monotonic clock.</param>
/// <param name="failed">Told of a reading that failed, and why.</param>
internal sealed class CatalogCache(ICatalogSource source, CatalogLimits limits, TimeProvider time, Action<CatalogKey, string> failed) : IDisposable
{
    private readonly ConcurrentDictionary<CatalogKey, CatalogEntry> _entries = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _isDisposed;

    /// <summary>How many catalogs are held.</summary>
    internal int Count => _entries.Count;

    /// <summary>About what they take in memory.</summary>
    internal long EstimatedBytes => _entries.Values.Sum(static entry => entry.Latest?.Content.EstimatedBytes ?? 0);

    /// <summary>The catalog for somebody who asks often; to be opened again once it is forgotten.</summary>
    internal CatalogEntry Open(CatalogKey key) => EntryOf(key);

    /// <summary>The snapshot to decide by; waits for a reading where <see cref="CatalogEntry.TryGet"/> has none. Null: it cannot be read, so deny.</summary>
    internal ValueTask<CatalogSnapshot?> GetAsync(CatalogKey key, string role, CancellationToken cancellationToken)
    {
        var entry = EntryOf(key);
        return entry.TryGet(role) is { } snapshot ? new(snapshot) : entry.WaitAsync(role, cancellationToken);
    }

    /// <summary>
    /// A name was not in <paramref name="seen"/>, but may have been made elsewhere since: reads again, though not too often.
    /// </summary>
    /// <returns>Another snapshot, or null when there is no reason to look once more.</returns>
    internal ValueTask<CatalogSnapshot?> GetNewerAsync(CatalogSnapshot seen, string role, CancellationToken cancellationToken) =>
        EntryOf(seen.Key).GetNewerAsync(seen, role, cancellationToken);

    /// <summary>
    /// A statement that changes definitions has taken effect: what was read before must not be decided by any more. To be called
    /// once its transaction has ended, for before that nobody else can see what it did.
    /// </summary>
    internal void Invalidate(CatalogKey key)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            entry.Invalidate();
        }
    }

    /// <summary>Forgets all catalogs of a server: it was replaced, or its settings were.</summary>
    internal void Forget(string server)
    {
        foreach (var (key, _) in _entries)
        {
            if (key.Server == server && _entries.TryRemove(key, out var entry))
            {
                entry.IsForgotten = true;
            }
        }
    }

    public void Dispose()
    {
        // Not disposed: an entry may still be made, and must find that it is over.
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _stopping.Cancel();
        }
    }

    private CatalogEntry EntryOf(CatalogKey key)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            return entry;
        }

        MakeRoom();
        return _entries.GetOrAdd(key, static (key, cache) => cache.NewEntry(key), this);
    }

    private CatalogEntry NewEntry(CatalogKey key) => new(key, source, limits, time, failed, _stopping.Token);

    /// <summary>Called before a catalog is added only: that is when memory grows.</summary>
    private void MakeRoom()
    {
        foreach (var (key, entry) in _entries)
        {
            if (time.GetElapsedTime(entry.UsedAt) >= limits.IdleLifetime)
            {
                Remove(new(key, entry));
            }
        }

        while (_entries.Count >= limits.MaxCatalogs && !_entries.IsEmpty)
        {
            Remove(_entries.MinBy(static pair => pair.Value.UsedAt));
        }
    }

    private void Remove(KeyValuePair<CatalogKey, CatalogEntry> pair)
    {
        if (_entries.TryRemove(pair))
        {
            pair.Value.IsForgotten = true;
        }
    }
}
