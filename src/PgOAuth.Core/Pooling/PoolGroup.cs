using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using PgOAuth.Transport;
using PgOAuth.Upstream;

namespace PgOAuth.Pooling;

/// <summary>
/// Stage 5: the pool of one <see cref="PoolKey"/>: the part that the loops share, which is its size, its caps and how the server
/// is. Thread-safe; the connections themselves are in the loops' <see cref="ServerPool"/>s.
/// </summary>
internal sealed class PoolGroup
{
    /// <summary>In place of a number of sessions: the group is forgotten.</summary>
    private const int Forgotten = -1;

    /// <summary>A route may take any name: more names than this are not kept apart.</summary>
    private const int MostNames = 32;

    /// <summary>In place of further names: paused with all databases only.</summary>
    private const string OtherNames = "";

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Connections go to another loop's sessions when these have waited so much longer: moving costs a little.</summary>
    private static readonly TimeSpan Unfair = TimeSpan.FromMilliseconds(10);

    private readonly ServerPool[] _pools;
    private readonly PoolServices _services;
    private readonly UpstreamSelector _upstream;
    private UpstreamConnectRequest _request;
    private string[] _databases = [];
    private ReportedSettings? _settings;
    private SessionFailure? _failure;
    private SessionFailure? _end;
    private int _open;
    private int _sessions;
    private int _generation;
    private int _failures;
    private long _retryAt;
    private long _lastUsedAt;

    internal PoolGroup(PoolKey key, PoolServices services, UpstreamSelector upstream, UpstreamConnectRequest request, IReadOnlyList<EventLoop> loops, ServerCap? cap)
    {
        Key = key;
        Cap = cap;
        _services = services;
        _upstream = upstream;
        _request = request;
        _pools = [.. loops.Select(loop => new ServerPool(this, loop))];
        _lastUsedAt = services.Time.GetTimestamp();
    }

    internal PoolKey Key { get; }

    /// <summary>What the server's pools have open together; null where that is not capped.</summary>
    internal ServerCap? Cap { get; }

    internal PoolOptions Options => _services.Options;

    internal PgOAuthMetrics Metrics => _services.Metrics;

    internal TimeProvider Time => _services.Time;

    internal IReadOnlyList<ServerPool> Pools => _pools;

    /// <summary>Connections that are open or being opened.</summary>
    internal int Open => Volatile.Read(ref _open);

    internal int Sessions => Math.Max(Volatile.Read(ref _sessions), 0);

    /// <summary>Raised to have all connections replaced.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    /// <summary>What the server reports to a new session; null while nobody has connected.</summary>
    internal ReportedSettings? Settings => Volatile.Read(ref _settings);

    /// <summary>Why the latest connection could not be opened, for the log; null when it could.</summary>
    internal string? LastFailure => Volatile.Read(ref _failure)?.LogDetail;

    /// <summary>Whether no connection is given to anybody any more.</summary>
    internal bool IsGivenUp => Volatile.Read(ref _end) is not null;

    /// <summary>Whether whoever waits longest can have whatever is free: nothing is paused, capped or failing.</summary>
    internal bool TreatsAllAlike =>
        !_services.Budget.IsLimited && !_services.Gate.IsAnyPaused && Volatile.Read(ref _failure) is null && Volatile.Read(ref _end) is null;

    /// <summary>Whether minimum connections are missing.</summary>
    internal bool WantsWarmUp => Open < Math.Min(Options.MinSize, Key.Route.Size) && !IsGivenUp && !ClosesIdle;

    /// <summary>Whether nothing stays open that nobody uses: the database is paused, by one of its names at least.</summary>
    internal bool ClosesIdle => _services.Gate.IsAnyPaused && Array.Exists(Volatile.Read(ref _databases), _services.Gate.IsPaused);

    /// <summary>Whether nobody may have a connection: the database is paused by all its names.</summary>
    internal bool IsPaused => _services.Gate.IsAnyPaused && Array.TrueForAll(Volatile.Read(ref _databases), _services.Gate.IsPaused);

    internal ServerPool On(EventLoop loop) => _pools[loop.Number];

    /// <summary>The latest session's request, when its credential is another one: it is the freshest.</summary>
    internal void Refresh(UpstreamConnectRequest request, IReadOnlyCollection<KeyValuePair<string, string>> settings)
    {
        if (!ReferenceEquals(request.Credential.Password, Volatile.Read(ref _request).Credential.Password))
        {
            Volatile.Write(ref _request, _upstream.ForMany(request, settings));
        }
    }

    /// <summary>Clients call the database so. Routes may lead several names to one pool.</summary>
    internal void UsedAs(string database)
    {
        for (var known = Volatile.Read(ref _databases); !known.Contains(database, StringComparer.Ordinal); known = Volatile.Read(ref _databases))
        {
            if (known.Length > MostNames)
            {
                return;
            }

            Interlocked.CompareExchange(ref _databases, [.. known, known.Length == MostNames ? OtherNames : database], known);
        }
    }

    internal bool IsUsedAs(string database) => Volatile.Read(ref _databases).Contains(database, StringComparer.Ordinal);

    /// <summary>Counts a session; false when the group is forgotten, and another takes its place.</summary>
    internal bool TryAddSession()
    {
        for (var count = Volatile.Read(ref _sessions); count != Forgotten;)
        {
            var before = Interlocked.CompareExchange(ref _sessions, count + 1, count);
            if (before == count)
            {
                return true;
            }

            count = before;
        }

        return false;
    }

    internal void SessionRemoved()
    {
        Volatile.Write(ref _lastUsedAt, Time.GetTimestamp());
        Interlocked.Decrement(ref _sessions);
    }

    /// <summary>Whether nobody has used it for so long, and from now on nobody can.</summary>
    internal bool TryForget(TimeSpan unusedFor)
    {
        if (Open > 0
            || !(IsGivenUp || Time.GetElapsedTime(Volatile.Read(ref _lastUsedAt)) > unusedFor)
            || Interlocked.CompareExchange(ref _sessions, Forgotten, 0) != 0)
        {
            return false;
        }

        if (Open > 0)
        {
            // One was begun at this moment: it is closed as soon as it is open.
            Reconnect();
        }

        return true;
    }

    /// <summary>Whether the session may have one more connection now: its database is not paused, no cap is reached (B18).</summary>
    internal bool MayUse(PoolLease lease) => !_services.Gate.IsPaused(lease.Database) && _services.Budget.MayUse(lease.Principal);

    internal bool TryUse(PoolLease lease, PooledServer server)
    {
        if (!_services.Budget.TryUse(lease.Principal))
        {
            return false;
        }

        server.User = lease;
        return true;
    }

    internal void Unuse(PooledServer server)
    {
        if (server.User is { } lease)
        {
            server.User = null;
            if (_services.Budget.Return(lease.Principal))
            {
                _services.PokeAll();
            }
        }
    }

    /// <summary>
    /// Why waiting makes no sense; null when it does. The pool is at its end, or has no connection and the server refused
    /// the last one: then nobody need wait for the next attempt to hear it again (B19).
    /// </summary>
    internal SessionFailure? RefusalOf(PoolLease lease)
    {
        if (Volatile.Read(ref _end) is { } end)
        {
            return end;
        }

        return Volatile.Read(ref _failure) is { } failure && (lease.FailsFast || IsHopeless(failure)) && Open == 0 && Time.GetTimestamp() < Volatile.Read(ref _retryAt)
            ? failure
            : null;
    }

    /// <summary>Reserves the place of one more connection for a session of this pool that has waited since then.</summary>
    internal bool TryOpen(ServerPool pool, long waitingSince)
    {
        var now = Time.GetTimestamp();
        var limit = Key.Route.Size + (Time.GetElapsedTime(waitingSince, now) >= Options.ReserveAfter ? Options.Reserve : 0);
        if (!MayOpen(now, limit))
        {
            // In the queue of the cap it would keep others from the place.
            Cap?.Leave(pool);
            return false;
        }

        return (Cap is null || Cap.Take(pool)) && TryCount(limit);
    }

    /// <summary>Reserves the place of a minimum connection, if nobody else wants it.</summary>
    internal bool TryWarmUp() => WantsWarmUp && MayOpen(Time.GetTimestamp(), Key.Route.Size) && (Cap is null || Cap.TakeSpare()) && TryCount(Math.Min(Options.MinSize, Key.Route.Size));

    private bool MayOpen(long now, int limit) => now >= Volatile.Read(ref _retryAt) && !IsGivenUp && !IsPaused && Open < limit;

    /// <summary>Counts one more connection, which has its place under the cap.</summary>
    private bool TryCount(int limit)
    {
        while (true)
        {
            var open = Volatile.Read(ref _open);
            if (open >= limit)
            {
                Cap?.Return();
                return false;
            }

            if (Interlocked.CompareExchange(ref _open, open + 1, open) == open)
            {
                if (Volatile.Read(ref _sessions) != Forgotten)
                {
                    return true;
                }

                Closed();
                return false;
            }
        }
    }

    internal void Closed()
    {
        Interlocked.Decrement(ref _open);
        Cap?.Return();
    }

    /// <summary>Whether an unused connection can go.</summary>
    internal bool IsUnused(PooledServer server, long now) =>
        Open > Options.MinSize && Time.GetElapsedTime(server.IdleSince, now) >= Options.ServerIdleTimeout;

    /// <summary>Whether a connection has to be replaced: it is old, or all were asked to be.</summary>
    internal bool IsStale(PooledServer server, long now) =>
        server.Generation != Generation || Time.GetElapsedTime(server.OpenedAt, now) >= Options.ServerLifetime;

    /// <summary>The other loop's pool that needs a connection more than this one does; null when there is none.</summary>
    internal ServerPool? HungrierThan(ServerPool pool)
    {
        if (_pools.Length == 1)
        {
            return null;
        }

        ServerPool? hungriest = null;
        foreach (var other in _pools)
        {
            if (other != pool && other.IsHungry && (hungriest is null || other.HungrySince < hungriest.HungrySince))
            {
                hungriest = other;
            }
        }

        return hungriest is not null && (!pool.IsHungry || Time.GetElapsedTime(hungriest.HungrySince, pool.HungrySince) > Unfair) ? hungriest : null;
    }

    /// <summary>Since when somebody has been waiting on any loop for a connection that is not on its way; null when nobody has.</summary>
    internal long? HungrySince
    {
        get
        {
            long? first = null;
            foreach (var pool in _pools)
            {
                if (pool.IsHungry && !(first <= pool.HungrySince))
                {
                    first = pool.HungrySince;
                }
            }

            return first;
        }
    }

    /// <summary>Sessions of this pool's loop wait: whoever has idle connections gives them.</summary>
    /// <returns>Whether anybody has, and will.</returns>
    internal bool AskOthers(ServerPool pool)
    {
        ServerPool? richest = null;
        foreach (var other in _pools)
        {
            if (other != pool && other.Idle > (richest?.Idle ?? 0))
            {
                richest = other;
            }
        }

        richest?.Loop.Post(
            static state =>
            {
                var (richest, pool) = ((ServerPool, ServerPool))state!;
                richest.Donate(pool);
            },
            (richest, pool));
        return richest is not null;
    }

    /// <summary>Dials and logs in; the connection is for this loop.</summary>
    internal async ValueTask<(ServerLink? Link, SessionFailure? Failure)> ConnectAsync(EventLoop loop)
    {
        var request = Volatile.Read(ref _request);
        var result = await _upstream.ConnectAsync(request, loop, _services.Stopping).ConfigureAwait(false);
        if (result.Connection is not { } upstream)
        {
            return (null, result.Failure);
        }

        var table = _services.Settings;
        var conversation = new ServerConversation(table, Key.Route.Mode == PoolMode.Transaction ? Options.MaxPreparedStatements : 0)
        {
            Settings = table.WithAll(ReportedSettings.None, upstream.StartupFrames.Span),
        };
        return (new ServerLink(upstream, new ServerStep(conversation, upstream.SessionUser, request.AllowPrivilegedRoles), conversation), null);
    }

    internal void Opened(PooledServer server)
    {
        Volatile.Write(ref _settings, server.Link.Conversation.Settings);
        Volatile.Write(ref _failures, 0);
        Volatile.Write(ref _failure, null);
        Volatile.Write(ref _retryAt, 0);
    }

    /// <summary>The next attempt comes later, and later each time (E02, B19).</summary>
    internal void OpenFailed(SessionFailure failure)
    {
        var failures = Math.Min(Interlocked.Increment(ref _failures), 10);
        var pause = TimeSpan.FromTicks(Math.Min(FirstRetry.Ticks << (failures - 1), Options.RetryDelay.Ticks));
        var jittered = pause * (0.8 + (0.4 * Random.Shared.NextDouble()));
        Volatile.Write(ref _retryAt, Time.GetTimestamp() + (long)(jittered.TotalSeconds * Time.TimestampFrequency));
        Volatile.Write(ref _failure, failure);
        Log.PoolConnectionFailed(
            _services.Logger, Key.Server.Name, SafeText.Clean(Key.Database), Key.Role, failures, failure.LogDetail ?? failure.Reason.ToString(), pause);
        Closed();
        Poke();
    }

    /// <summary>Replaces all connections: idle ones now, others when they come back.</summary>
    internal void Reconnect()
    {
        Interlocked.Increment(ref _generation);
        Volatile.Write(ref _retryAt, 0);
        foreach (var pool in _pools)
        {
            pool.Loop.Post(static state => ((ServerPool)state!).CloseReplaced(), pool);
        }
    }

    /// <summary>Ends the pool: whoever waits learns it, idle connections are closed, others when they come back.</summary>
    /// <param name="end">What sessions are told.</param>
    /// <param name="closeAll">Whether those in use are closed as well.</param>
    internal void GiveUp(SessionFailure end, bool closeAll)
    {
        Volatile.Write(ref _end, end);
        Reconnect();
        Poke();
        foreach (var pool in closeAll ? _pools : [])
        {
            pool.Loop.Post(static state => ((ServerPool)state!).CloseAll(), pool);
        }
    }

    /// <summary>Has the loops look after those who wait: what kept them waiting may be over.</summary>
    internal void Poke()
    {
        foreach (var pool in _pools)
        {
            if (pool.Waiting > 0)
            {
                pool.Poke();
            }
        }
    }

    /// <summary>Whether waiting for the server makes no sense: it answered, and its answer will be the same next time.</summary>
    private static bool IsHopeless(SessionFailure failure) => failure.Reason is not (SessionEndReason.UpstreamUnreachable or SessionEndReason.UpstreamNotReady);
}
