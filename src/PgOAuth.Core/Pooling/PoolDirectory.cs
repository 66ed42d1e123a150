using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Relay;
using PgOAuth.Sessions;
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
    private readonly ConcurrentDictionary<string, ServerCap> _caps = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly PoolServices _services;
    private readonly ITransport _transport;
    private readonly int _maxServerConnections;
    private readonly ITimer _timer;
    private int _ticks;

    internal PoolDirectory(PoolOptions options, ITransport transport, PauseGate gate, PgOAuthMetrics metrics, TimeProvider time, ILogger logger)
    {
        _services = new PoolServices(options, new PoolBudget(options), gate, new ReportedSettingsTable(), metrics, time, logger, PokeAll, _stop.Token);
        _transport = transport;
        _maxServerConnections = options.MaxServerConnections;
        _timer = time.CreateTimer(static self => ((PoolDirectory)self!).Sweep(), this, Tick, Tick);
    }

    internal IEnumerable<PoolGroup> Groups => _groups.Select(static group => group.Value);

    internal PoolBudget Budget => _services.Budget;

    internal ITransport Transport => _transport;

    /// <summary>Other settings from now on; the caps of tenants, persons and servers stay.</summary>
    internal void Use(PoolOptions options) => _services.Options = options;

    /// <summary>A session's claim on the pool that fits it, on the session's loop.</summary>
    /// <exception cref="NoServerException">It would be one pool too many.</exception>
    internal PoolLease Lease(
        UpstreamSelector upstream,
        UpstreamConnectRequest request,
        RoutePool route,
        SessionPrincipal principal,
        StartupParameters startup,
        EventLoop loop,
        long sessionId)
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
            upstream.SharedShape,
            route);
        while (true)
        {
            if (!_groups.TryGetValue(key, out var group))
            {
                if (_groups.Count >= _services.Options.MaxPools)
                {
                    throw new NoServerException(new SessionFailure(SessionEndReason.TooManyPools));
                }

                group = _groups.GetOrAdd(key, new PoolGroup(key, _services, upstream, upstream.ForMany(request, settings), _transport.Loops, CapOf(request.Server)));
            }

            group.UsedAs(startup.Database);
            if (group.TryAddSession())
            {
                group.Refresh(request, settings);
                return new PoolLease(group.On(loop), principal, startup.Database, sessionId);
            }

            _groups.TryRemove(new(key, group));
        }
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

    /// <summary>Has everybody who waits looked after: a cap or a pause may be over.</summary>
    internal void PokeAll()
    {
        foreach (var (_, group) in _groups)
        {
            group.Poke();
        }
    }

    /// <summary>Ends everything. Sessions are over by now, but for those that do not end even when told to.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var (_, group) in _groups)
        {
            group.GiveUp(new SessionFailure(SessionEndReason.ProxyStopping), closeAll: true);
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

    /// <summary>By name: what a reload makes of the server's settings, its connections are together until the old ones are closed.</summary>
    private ServerCap? CapOf(UpstreamServer server) => _maxServerConnections == 0
        ? null
        : _caps.GetOrAdd(server.Name, static (_, self) => new ServerCap(self._maxServerConnections, self._services.Time, () => self.Groups), this);

    private void Sweep()
    {
        var isFull = ++_ticks % 4 == 0;
        foreach (var (_, group) in _groups)
        {
            foreach (var pool in group.Pools)
            {
                if (pool.NeedsAttention || (isFull && (pool.Idle > 0 || group.WantsWarmUp)))
                {
                    pool.Loop.Post(static state => ((ServerPool)state!).Sweep(), pool);
                }
            }

            if (isFull && group.TryForget(Forgotten))
            {
                _groups.TryRemove(new(group.Key, group));
            }
        }
    }
}
