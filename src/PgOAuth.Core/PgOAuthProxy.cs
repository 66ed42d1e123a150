using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PgOAuth.Auditing;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement.Catalog;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Listening;
using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Pooling;
using PgOAuth.Sessions;
using PgOAuth.Startup;
using PgOAuth.Transport;

namespace PgOAuth;

/// <summary>
/// A PostgreSQL endpoint that lets a connection through only with a valid OAuth 2.0 access token. Hosts with dependency
/// injection use <c>services.AddPgOAuthProxy()</c> instead of this class.
/// </summary>
/// <remarks>Thread-safe. Several may run in one process; they share nothing.</remarks>
public sealed partial class PgOAuthProxy : IPgOAuthProxyControl, IAsyncDisposable
{
    private readonly string _name;
    private readonly PgOAuthProxyComponents _components;
    private readonly FixedSettings _fixed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PgOAuthMetrics _metrics;
    private readonly AuditQueue _audit;
    private readonly ConnectionGate _gate;
    private readonly DroppedConnections _dropped;
    private readonly SessionRegistry _sessions = new();
    private readonly CancelRequestRouter _cancels;
    private readonly ProxyServices _services;
    private volatile PgOAuthProxyOptions _options;
    private volatile ProxyCompilation _compiled;
    private readonly ITransport _transport;
    private readonly ProxyControl _control;
    private readonly GracefulStop _stop;
    private readonly PoolDirectory _pools;
    private readonly PolicyHolder _policy;
    private readonly CatalogCache _catalogs;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ProxyListener> _listeners = [];
    private int _state;

    /// <summary>Checks the options and compiles them; nothing is opened yet.</summary>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <param name="components">The host's code.</param>
    /// <param name="name">A name for logs, metrics and audit; empty for the only one.</param>
    /// <exception cref="ArgumentException">The options have mistakes; the message lists every one.</exception>
    public PgOAuthProxy(PgOAuthProxyOptions options, PgOAuthProxyComponents? components = null, string name = "")
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(name);
        components ??= new PgOAuthProxyComponents();
        _name = name;
        _options = options;
        _components = components;
        _fixed = new FixedSettings(options);
        _time = components.TimeProvider;
        _logger = components.LoggerFactory.CreateLogger<PgOAuthProxy>();
        _transport = TransportFactory.Create(options.Transport, error => Log.LoopFaulted(_logger, error));
        _compiled = ProxyCompilation.Compile(options, components, name, _transport, _logger);
        _metrics = new PgOAuthMetrics(components.MeterFactory, name);
        _audit = new AuditQueue(options.Auditing, [new LoggerAuditSink(components.LoggerFactory), .. components.AuditSinks], _metrics, _logger);
        _gate = new ConnectionGate(options.Limits);
        _dropped = new DroppedConnections(_time, _logger);
        var gate = new PauseGate();
        _pools = new PoolDirectory(options.Pool, _transport, gate, _metrics, _time, _logger);
        _policy = new PolicyHolder(_compiled.Policy);
        _catalogs = new CatalogCache(
            new CatalogReader(new CatalogConnector(
                () => _options.Upstream,
                name => _compiled.Snapshot.Upstream.FindServer(name),
                (request, cancellationToken) => _compiled.Snapshot.Upstream.ConnectAsync(request, cancellationToken)), options.Enforcement.CatalogLimits, _time),
            options.Enforcement.CatalogLimits,
            _time,
            (key, problem) => Log.CatalogNotRead(_logger, key.ToString(), problem));
        _cancels = new CancelRequestRouter(options.Limits, _time, _logger);
        _stop = new GracefulStop(_sessions, () => _options.Limits.DrainTimeout, _time, _logger);
        _control = new ProxyControl(new PoolEngine(new SessionEngine(_sessions), _pools), _logger)
        {
            Gate = gate,
            Door = () => _compiled.Snapshot.Admin,
            Options = () => _options,
            Reload = ReadAgainAsync,
            Shutdown = ShutDownAsync,
        };
        _metrics.Observe(_control, _transport.Loops);
        _services = new ProxyServices(name, _sessions, _cancels, _pools, _audit, _metrics, _time, _logger, _control, new LoopCounters(_control.Statistics, _transport.Loops.Count), _policy, _catalogs);
    }

    internal PoolDirectory Pools => _pools;

    /// <summary>Where the proxy listens, once started, with the ports that were taken for port 0.</summary>
    public IReadOnlyList<EndPoint> LocalEndPoints => [.. _listeners.Select(static listener => listener.LocalEndPoint)];

    /// <summary>Client connections that are open now.</summary>
    public int ActiveSessions => _sessions.Count;

    /// <summary>Ends when the proxy has stopped; with an error when it can no longer accept connections.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether the issuers' keys are at hand, so that a login can succeed without waiting for them.</summary>
    public bool IsReady => Volatile.Read(ref _state) == 1 && _compiled.Validator.HasAllKeys;

    internal ConnectionGate Gate => _gate;

    internal CancelRequestRouter Cancels => _cancels;

    /// <summary>Binds the endpoints and accepts connections.</summary>
    /// <exception cref="SocketException">An address is in use or not ours; none is kept then.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
        {
            throw new InvalidOperationException("The proxy was started before.");
        }

        try
        {
            foreach (var (endpoint, address) in _compiled.Endpoints)
            {
                _listeners.Add(ProxyListener.Bind(address, endpoint, _logger));
            }
        }
        catch
        {
            await StopListeningAsync().ConfigureAwait(false);
            _listeners.Clear();
            throw;
        }

        foreach (var listener in _listeners)
        {
            // The host learns of an acceptor's death by Completion, and decides.
            listener.Start(_transport, Accept, error => _completion.TrySetException(error));
        }

        // Not awaited: the issuer may be this very host, which is still starting. A login that comes first waits for it.
        // Not cancelled with the start, which is over by then, but with the validator.
        _ = _compiled.Validator.PreloadKeysAsync(CancellationToken.None);
    }

    /// <summary>
    /// Stops accepting, lets sessions finish what they are at, and ends the rest with 57P01 when
    /// <c>Limits:DrainTimeout</c> has passed or <paramref name="cancellationToken"/> fires.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => EndAtAsync(StopLevel.Drain, cancellationToken);

    /// <summary>Stops; see <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private void Accept(TransportStream stream, EndpointSnapshot endpoint)
    {
        var remote = stream.RemoteEndPoint;
        var lease = _gate.Enter(remote?.Address, out var refused);
        if (refused == SessionEndReason.TooManyUnauthenticatedConnections)
        {
            // Unread and unanswered: an answer would cost what the cap protects.
            lease.Dispose();
            stream.Dispose();
            _metrics.Attempt(AuditVerdict.Refused, SessionEndReasonInfo.Of(refused).Word);
            _dropped.Add(remote?.Address);
            return;
        }

        // One look, so that all of a session's settings are of one reload.
        var compiled = _compiled;
        endpoint = compiled.FindEndpoint(endpoint.Address) ?? endpoint;
        var context = new SessionContext(_sessions.NextId(), _name, endpoint.Address, remote, _time.GetUtcNow());
        var session = new PgProxySession(_services, compiled.Snapshot, endpoint, context, stream, lease, refused);
        _ = session.RunAsync();
    }

    private async ValueTask StopListeningAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The first call stops; those after it can make it less patient. All wait for the end.</summary>
    private async Task EndAtAsync(StopLevel level, CancellationToken cancellationToken)
    {
        _stop.Raise(level);
        using var now = cancellationToken.UnsafeRegister(static self => ((GracefulStop)self!).Raise(StopLevel.Now), _stop);
        if (Interlocked.Exchange(ref _state, 2) != 2)
        {
            await EndAsync().ConfigureAwait(false);
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        try
        {
            await StopListeningAsync().ConfigureAwait(false);
            await _stop.RunAsync().ConfigureAwait(false);
            await _audit.DisposeAsync().ConfigureAwait(false);
            _compiled.Validator.Dispose();
            _cancels.Dispose();
            _catalogs.Dispose();
            await _pools.DisposeAsync().ConfigureAwait(false);
            await _transport.DisposeAsync().ConfigureAwait(false);
            _metrics.Dispose();
        }
        finally
        {
            _stopped.TrySetResult();
            _completion.TrySetResult();
        }
    }
}
