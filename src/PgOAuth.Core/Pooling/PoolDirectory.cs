using System.Collections.Concurrent;
using System.Text;
using PgOAuth.Options;
using PgOAuth.Relay;
using PgOAuth.Startup;
using PgOAuth.Transport;
using PgOAuth.Upstream;

namespace PgOAuth.Pooling;

/// <summary>Stage 5: all pools of one proxy. Thread-safe.</summary>
internal sealed class PoolDirectory : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<PoolKey, PoolGroup> _groups = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly PoolServices _services;
    private readonly ITransport _transport;
    private readonly ITimer _timer;
    private int _ticks;

    internal PoolDirectory(PoolOptions options, ITransport transport, TimeProvider time)
    {
        _services = new PoolServices(options, new PoolBudget(options), new ReportedSettingsTable(), time, PokeAll, _stop.Token);
        _transport = transport;
        _timer = time.CreateTimer(static self => ((PoolDirectory)self!).Sweep(), this, Tick, Tick);
    }

    internal IEnumerable<PoolGroup> Groups => _groups.Values;

    internal ReportedSettingsTable Settings => _services.Settings;

    /// <summary>A session's claim on the pool that fits it, on the session's loop.</summary>
    internal PoolLease Lease(UpstreamSelector upstream, UpstreamConnectRequest request, RoutePool route, SessionPrincipal principal, StartupParameters startup, EventLoop loop)
    {
        var settings = Unreported(startup.Settings);
        var key = new PoolKey(
            principal.Tenant,
            request.Server,
            request.Database,
            request.Role,
            request.Credential.Username!,
            request.Credential.ClientCertificate?.Thumbprint ?? "",
            Describe(settings),
            route);
        if (!_groups.TryGetValue(key, out var group))
        {
            group = _groups.GetOrAdd(key, new PoolGroup(key, _services, upstream, upstream.ForMany(request, settings), _transport.Loops));
        }
        else if (!ReferenceEquals(request.Credential.Password, group.Password))
        {
            group.Refresh(upstream.ForMany(request, settings));
        }

        return new PoolLease(group.On(loop), principal);
    }

    /// <summary>What a session with these startup parameters is told of the server's settings.</summary>
    internal ReportedSettings For(ReportedSettings server, StartupParameters startup)
    {
        foreach (var (name, value) in startup.Settings)
        {
            if (IsReported(name))
            {
                server = _services.Settings.With(server, "application_name"u8, Encoding.UTF8.GetBytes(value));
            }
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var group in _groups.Values)
        {
            group.Reconnect();
        }

        // Behind what was posted to close them.
        foreach (var loop in _transport.Loops)
        {
            await loop;
        }

        await EventLoop.Leave();
        _stop.Dispose();
    }

    /// <summary>The one startup setting that differs from client to client and costs a server nothing to change.</summary>
    private static bool IsReported(string name) => name.Equals("application_name", StringComparison.OrdinalIgnoreCase);

    private static KeyValuePair<string, string>[] Unreported(IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        for (var i = 0; i < settings.Count; i++)
        {
            if (!IsReported(settings[i].Key))
            {
                return [.. settings.Where(static setting => !IsReported(setting.Key))];
            }
        }

        return [];
    }

    private static string Describe(KeyValuePair<string, string>[] settings)
    {
        if (settings.Length == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (name, value) in settings.OrderBy(static setting => setting.Key, StringComparer.OrdinalIgnoreCase))
        {
            text.Append(name.ToLowerInvariant()).Append('\n').Append(value).Append('\0');
        }

        return text.ToString();
    }

    private void PokeAll()
    {
        foreach (var group in _groups.Values)
        {
            group.Poke();
        }
    }

    private void Sweep()
    {
        var isFull = ++_ticks % 4 == 0;
        foreach (var group in _groups.Values)
        {
            foreach (var pool in group.Pools)
            {
                if (pool.Waiting > 0 || (isFull && (pool.Idle > 0 || group.WantsWarmUp)))
                {
                    pool.Loop.Post(static state => ((ServerPool)state!).Sweep(), pool);
                }
            }

            if (isFull && group is { Open: 0, Sessions: 0 } && _services.Time.GetElapsedTime(group.LastUsedAt) > Forgotten)
            {
                _groups.TryRemove(new(group.Key, group));
            }
        }
    }
}
