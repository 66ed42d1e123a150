namespace PgOAuth.Pooling;

/// <summary>
/// Stage 5: how many connections all pools of one upstream server have open, those being opened too, and the pools that wait for
/// a place. Whoever has waited longest comes first, in whatever pool. Thread-safe; not made where no cap is set.
/// </summary>
internal sealed class ServerCap(int limit, TimeProvider time, Func<IEnumerable<PoolGroup>> groups)
{
    /// <summary>A pool whose own clients wait gives a connection up only for those who have waited so much longer: opening another costs far more than a turn.</summary>
    private static readonly TimeSpan Unfair = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly List<ServerPool> _queue = [];
    private int _open;
    private int _waiting;

    /// <summary>Places taken.</summary>
    internal int Open => Volatile.Read(ref _open);

    /// <summary>Whether a pool waits for a place. May be read from anywhere, and before looking at what is idle: see <see cref="Take"/>.</summary>
    internal bool IsWanted => Volatile.Read(ref _waiting) > 0;

    /// <summary>Takes a place for clients that wait; when there is none, the pool is told once it can have one.</summary>
    internal bool Take(ServerPool pool)
    {
        bool isAnyFree;
        lock (_lock)
        {
            Tidy();
            var since = pool.HungrySince;
            var before = 0;
            foreach (var other in _queue)
            {
                before += other != pool && other.HungrySince < since ? 1 : 0;
            }

            if (before < limit - _open)
            {
                _queue.Remove(pool);
                Changed(1);
                return true;
            }

            if (!_queue.Contains(pool))
            {
                _queue.Add(pool);
                Changed(0);
            }

            isAnyFree = limit > _open;
        }

        if (isAnyFree)
        {
            // Meant for this pool when it was told, but the client that had waited so long is gone.
            PokeNext();
        }

        // In the queue before looking: what gets idle at this moment is looked at by its own pool afterwards.
        Interlocked.MemoryBarrier();
        Evict(pool.Group);
        return false;
    }

    /// <summary>Takes a place that nobody wants: for connections that no client waits for.</summary>
    internal bool TakeSpare()
    {
        lock (_lock)
        {
            Tidy();
            if (_queue.Count > 0 || _open >= limit)
            {
                return false;
            }

            Changed(1);
            return true;
        }
    }

    /// <summary>A connection is closed, or could not be opened.</summary>
    internal void Return()
    {
        lock (_lock)
        {
            Changed(-1);
        }

        PokeNext();
    }

    /// <summary>The pool cannot use a place now, or needs none: the next one may.</summary>
    internal void Leave(ServerPool pool)
    {
        if (!IsWanted)
        {
            return;
        }

        lock (_lock)
        {
            _queue.Remove(pool);
            Changed(0);
        }

        PokeNext();
    }

    /// <summary>Whether a connection that nobody uses has to be closed for clients of another pool.</summary>
    /// <param name="group">Whose connection it is.</param>
    /// <param name="hungrySince">Since when its own clients have been waiting for one; null when none do.</param>
    internal bool IsOwed(PoolGroup group, long? hungrySince)
    {
        if (!IsWanted)
        {
            return false;
        }

        lock (_lock)
        {
            Tidy();
            return _queue.Count > limit - _open && _queue.Exists(other => other.Group != group
                && (hungrySince is not { } since || time.GetElapsedTime(other.HungrySince, since) > Unfair));
        }
    }

    /// <summary>Has the connection closed that has been idle longest in another pool than this one.</summary>
    internal void Evict(PoolGroup than)
    {
        ServerPool? found = null;
        foreach (var group in groups())
        {
            if (group.Cap != this || group == than)
            {
                continue;
            }

            foreach (var pool in group.Pools)
            {
                if (pool.Idle > 0 && (found is null || pool.IdleSince < found.IdleSince))
                {
                    found = pool;
                }
            }
        }

        found?.Loop.Post(
            static state =>
            {
                var (found, than) = ((ServerPool, PoolGroup))state!;
                found.Evict(than);
            },
            (found, than));
    }

    private void PokeNext()
    {
        ServerPool[] next = [];
        lock (_lock)
        {
            Tidy();
            if (_queue.Count > 0 && limit > _open)
            {
                next = [.. _queue.OrderBy(static pool => pool.HungrySince).Take(limit - _open)];
            }
        }

        foreach (var pool in next)
        {
            pool.Poke();
        }
    }

    /// <summary>Pools whose clients have got what they wanted, or are gone.</summary>
    private void Tidy()
    {
        _queue.RemoveAll(static pool => !pool.IsHungry);
        Changed(0);
    }

    private void Changed(int open)
    {
        Volatile.Write(ref _open, _open + open);
        Volatile.Write(ref _waiting, _queue.Count);
    }
}
