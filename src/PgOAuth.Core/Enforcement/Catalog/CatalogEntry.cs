namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: one database's catalog in the <see cref="CatalogCache"/>. Thread-safe.</summary>
internal sealed class CatalogEntry
{
    private readonly CatalogKey _key;
    private readonly ICatalogSource _source;
    private readonly CatalogLimits _limits;
    private readonly TimeProvider _time;
    private readonly Action<CatalogKey, string> _failed;
    private readonly CancellationToken _stopping;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _roles = new(StringComparer.Ordinal);
    private Held? _held;
    private Task? _reading;
    private int _readingOf;
    private bool _readsAllRoles;
    private int _wanted;
    private long? _failedAt;
    private long _usedAt;
    private volatile bool _isForgotten;

    internal CatalogEntry(CatalogKey key, ICatalogSource source, CatalogLimits limits, TimeProvider time, Action<CatalogKey, string> failed, CancellationToken stopping)
    {
        _key = key;
        _source = source;
        _limits = limits;
        _time = time;
        _failed = failed;
        _stopping = stopping;
        _usedAt = time.GetTimestamp();
    }

    internal long UsedAt => Volatile.Read(ref _usedAt);

    /// <summary>Whether the cache holds another one, or none: nobody tells this one of changes any more.</summary>
    internal bool IsForgotten
    {
        get => _isForgotten;
        set => _isForgotten = value;
    }

    /// <summary>What was read last, good or not.</summary>
    internal CatalogSnapshot? Latest => Volatile.Read(ref _held)?.Snapshot;

    /// <summary>Whether this is still the one to decide by, and too young for <see cref="TryGet"/> to ask for another.</summary>
    internal bool IsCurrent(CatalogSnapshot snapshot) =>
        Volatile.Read(ref _held) is { } held
        && held.Snapshot == snapshot
        && held.Wanted == Volatile.Read(ref _wanted)
        && _time.GetElapsedTime(held.StartedAt) < _limits.RefreshInterval;

    /// <summary>The snapshot to decide by, if it is there and good; starts a reading in the background when one is due. Does not allocate then.</summary>
    internal CatalogSnapshot? TryGet(string role)
    {
        var now = _time.GetTimestamp();
        Volatile.Write(ref _usedAt, now);
        if (Volatile.Read(ref _held) is not { } held || held.Wanted != Volatile.Read(ref _wanted) || !held.Snapshot.State.Knows(role))
        {
            return null;
        }

        var age = _time.GetElapsedTime(held.StartedAt, now);
        if (age < _limits.RefreshInterval)
        {
            return held.Snapshot;
        }

        lock (_lock)
        {
            StartIfMay(now);

            // After a long time without anybody asking it is not known to be good; after a failure it is all there is.
            return age < _limits.RefreshInterval * 2 || (_failedAt is not null && age < _limits.KeepFor) ? held.Snapshot : null;
        }
    }

    /// <summary>Joins or starts readings until there is a snapshot to decide by, or one has failed.</summary>
    internal async ValueTask<CatalogSnapshot?> WaitAsync(string role, CancellationToken cancellationToken)
    {
        // One under way may have begun too early, or without the role: then another follows.
        var wanted = 0;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Task? reading;
            lock (_lock)
            {
                AddRole(role);
                if (TryGet(role) is { } snapshot)
                {
                    return snapshot;
                }

                // It began after this call, which is enough: were the newest asked for, one session's definitions could keep all others waiting.
                wanted = attempt == 0 ? _wanted : wanted;
                if (attempt > 0 && _failedAt is null && _held is { } held && held.Wanted >= wanted && held.Snapshot.State.Knows(role))
                {
                    return held.Snapshot;
                }

                reading = StartIfMay(_time.GetTimestamp());
            }

            if (reading is null)
            {
                break;
            }

            await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return TryGet(role);
    }

    internal async ValueTask<CatalogSnapshot?> GetNewerAsync(CatalogSnapshot seen, string role, CancellationToken cancellationToken)
    {
        Task? reading = null;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_held is { } held && ReferenceEquals(held.Snapshot, seen) && _time.GetElapsedTime(held.StartedAt, now) >= _limits.MissInterval)
            {
                AddRole(role);
                reading = StartIfMay(now);
            }
        }

        if (reading is not null)
        {
            await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var latest = TryGet(role);
        return ReferenceEquals(latest, seen) ? null : latest;
    }

    internal void Invalidate()
    {
        lock (_lock)
        {
            Volatile.Write(ref _wanted, _wanted + 1);
            StartIfMay(_time.GetTimestamp());
        }
    }

    private void AddRole(string role)
    {
        if (_roles.Contains(role))
        {
            return;
        }

        if (_roles.Count >= _limits.MaxRoles)
        {
            _roles.Clear();
        }

        _roles.Add(role);
        _readsAllRoles = false;
    }

    /// <summary>The reading under way, or a new one; null when the last has just failed. Under the lock.</summary>
    private Task? StartIfMay(long now)
    {
        if (_reading is not null)
        {
            return _reading;
        }

        if (_stopping.IsCancellationRequested || (_failedAt is { } at && _time.GetElapsedTime(at, now) < _limits.RetryInterval))
        {
            return null;
        }

        _readingOf = _wanted;
        _readsAllRoles = true;
        var (previous, roles) = (_held?.Snapshot, _roles.ToArray());
        return _reading = Task.Run(() => ReadAsync(previous, roles, now), CancellationToken.None);
    }

    private async Task ReadAsync(CatalogSnapshot? previous, string[] roles, long startedAt)
    {
        var result = default(CatalogReadResult);
        try
        {
            result = await _source.ReadAsync(_key, previous, roles, _stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            // A defect. Whoever waits must not wait for ever.
            result = CatalogReadResult.Failed(error.GetType().Name);
        }
        finally
        {
            Complete(result, startedAt);
        }

        if (!result.IsRead)
        {
            _failed(_key, result.Problem);
        }
    }

    private void Complete(in CatalogReadResult result, long startedAt)
    {
        lock (_lock)
        {
            _reading = null;
            if (result.Snapshot is { } snapshot)
            {
                _failedAt = null;

                // Its age counts from the start: what changed during the reading may not be in it.
                Volatile.Write(ref _held, new Held(snapshot, _readingOf, startedAt));
            }
            else
            {
                _failedAt = _time.GetTimestamp();
            }

            if (result.IsRead && (_readingOf != _wanted || !_readsAllRoles))
            {
                // Something was wanted that this reading came too early for.
                StartIfMay(_time.GetTimestamp());
            }
        }
    }

    private sealed record Held(CatalogSnapshot Snapshot, int Wanted, long StartedAt);
}
