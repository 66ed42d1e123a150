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
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    private readonly ServerPool[] _pools;
    private readonly PoolServices _services;
    private readonly UpstreamSelector _upstream;
    private UpstreamConnectRequest _request;
    private ReportedSettings? _settings;
    private int _open;
    private int _sessions;
    private int _generation;
    private int _failures;
    private long _retryAt;

    internal PoolGroup(PoolKey key, PoolServices services, UpstreamSelector upstream, UpstreamConnectRequest request, IReadOnlyList<EventLoop> loops)
    {
        Key = key;
        _services = services;
        _upstream = upstream;
        _request = request;
        _pools = [.. loops.Select(loop => new ServerPool(this, loop))];
        LastUsedAt = services.Time.GetTimestamp();
    }

    internal PoolKey Key { get; }

    internal PoolOptions Options => _services.Options;

    internal TimeProvider Time => _services.Time;

    internal IReadOnlyList<ServerPool> Pools => _pools;

    /// <summary>Connections that are open or being opened.</summary>
    internal int Open => Volatile.Read(ref _open);

    internal int Sessions => Volatile.Read(ref _sessions);

    /// <summary>Raised to have all connections replaced.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    /// <summary>What the server reports to a new session; null while nobody has connected.</summary>
    internal ReportedSettings? Settings => Volatile.Read(ref _settings);

    /// <summary>Why the latest connection could not be opened, for the log; null when it could.</summary>
    internal string? LastFailure { get; private set; }

    internal long LastUsedAt { get; private set; }

    /// <summary>The password of the latest request, to tell whether a session brings another.</summary>
    internal string? Password => Volatile.Read(ref _request).Credential.Password;

    internal ServerPool On(EventLoop loop) => _pools[loop.Number];

    /// <summary>The latest session's request: its credential is the freshest.</summary>
    internal void Refresh(UpstreamConnectRequest request) => Volatile.Write(ref _request, request);

    internal void SessionAdded() => Interlocked.Increment(ref _sessions);

    internal void SessionRemoved()
    {
        LastUsedAt = Time.GetTimestamp();
        Interlocked.Decrement(ref _sessions);
    }

    /// <summary>Whether the session may have one more connection now: nothing is paused, no cap is reached (B18).</summary>
    internal bool MayUse(PoolLease lease) => _services.Budget.MayUse(lease.Principal);

    internal void Use(PoolLease lease, PooledServer server)
    {
        server.User = lease;
        _services.Budget.Add(lease.Principal, 1);
    }

    internal void Unuse(PooledServer server)
    {
        if (server.User is { } lease)
        {
            server.User = null;
            if (_services.Budget.Add(lease.Principal, -1))
            {
                _services.PokeAll();
            }
        }
    }

    /// <summary>Reserves the place of one more connection for a session that has waited since then.</summary>
    internal bool TryOpen(long waitingSince)
    {
        var now = Time.GetTimestamp();
        if (now < Volatile.Read(ref _retryAt))
        {
            return false;
        }

        var limit = Key.Route.Size + (Time.GetElapsedTime(waitingSince, now) >= Options.ReserveAfter ? Options.Reserve : 0);
        while (true)
        {
            var open = Volatile.Read(ref _open);
            if (open >= limit)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _open, open + 1, open) == open)
            {
                return true;
            }
        }
    }

    internal bool WantsWarmUp => Open < Options.MinSize && Options.MinSize <= Key.Route.Size;

    internal void Closed() => Interlocked.Decrement(ref _open);

    /// <summary>Whether an unused connection can go.</summary>
    internal bool IsUnused(PooledServer server, long now) =>
        Open > Options.MinSize && Time.GetElapsedTime(server.IdleSince, now) >= Options.ServerIdleTimeout;

    /// <summary>Whether a connection has to be replaced: it is old, or all were asked to be.</summary>
    internal bool IsStale(PooledServer server, long now) =>
        server.Generation != Generation || Time.GetElapsedTime(server.OpenedAt, now) >= Options.ServerLifetime;

    /// <summary>Another loop's pool whose sessions wait while this one's do not.</summary>
    internal ServerPool? HungryBeside(ServerPool pool)
    {
        foreach (var other in _pools)
        {
            if (other != pool && other.Waiting > other.Opening)
            {
                return other;
            }
        }

        return null;
    }

    /// <summary>Sessions of this pool's loop wait: whoever has idle connections gives them.</summary>
    internal void AskOthers(ServerPool pool)
    {
        foreach (var other in _pools)
        {
            if (other != pool && other.Idle > 0)
            {
                other.Loop.Post(static state => ((ServerPool)state!).Donate(), other);
            }
        }
    }

    /// <summary>Dials and logs in; on the loop that the connection is for.</summary>
    internal async ValueTask<(ServerLink? Link, SessionFailure? Failure)> ConnectAsync()
    {
        var request = Volatile.Read(ref _request);
        var result = await _upstream.ConnectAsync(request, _services.Stopping).ConfigureAwait(false);
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
        _failures = 0;
        LastFailure = null;
        Volatile.Write(ref _retryAt, 0);
    }

    /// <summary>The next attempt comes later, and later each time (E02, B19).</summary>
    internal void OpenFailed(SessionFailure failure)
    {
        Closed();
        LastFailure = failure.LogDetail;
        var failures = Math.Min(Interlocked.Increment(ref _failures), 10);
        var pause = TimeSpan.FromTicks(Math.Min(FirstRetry.Ticks << (failures - 1), Options.RetryDelay.Ticks));
        var jittered = pause * (0.8 + (0.4 * Random.Shared.NextDouble()));
        Volatile.Write(ref _retryAt, Time.GetTimestamp() + (long)(jittered.TotalSeconds * Time.TimestampFrequency));
    }

    /// <summary>Whether waiting for the server makes no sense: it answered, and refused.</summary>
    internal static bool IsHopeless(SessionFailure failure) => failure.Reason is not SessionEndReason.UpstreamUnreachable;

    /// <summary>Replaces all connections: idle ones now, others when they come back.</summary>
    internal void Reconnect()
    {
        Interlocked.Increment(ref _generation);
        Volatile.Write(ref _retryAt, 0);
        foreach (var pool in _pools)
        {
            pool.Loop.Post(static state => ((ServerPool)state!).CloseIdle(), pool);
        }
    }

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
}
