using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Pooling;
using PgOAuth.Sessions;
using PgOAuth.Startup;
using PgOAuth.Transport;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: route, credential, parameters, connect. The client's bytes never reach the server's startup message.</summary>
internal sealed class UpstreamSelector
{
    private readonly IUpstreamRouter _router;
    private readonly IUpstreamCredentialProvider _credentials;
    private readonly UpstreamConnector _connector;
    private readonly FrozenDictionary<string, UpstreamServer> _servers;
    private readonly ClaimSettings? _claimSettings;
    private readonly RoutePools _pools;
    private readonly PrincipalTable _principals;
    private readonly UpstreamMode _mode;
    private readonly GateMode _gate;
    private readonly bool _allowPrivilegedRoles;
    private readonly ILogger _logger;

    internal UpstreamSelector(
        UpstreamOptions options,
        PoolOptions pool,
        GateMode gate,
        IReadOnlyDictionary<string, UpstreamServer> servers,
        IUpstreamRouter router,
        IUpstreamCredentialProvider credentials,
        UpstreamConnector connector,
        ILogger logger)
    {
        _router = router;
        _credentials = credentials;
        _connector = connector;
        _servers = servers.ToFrozenDictionary(StringComparer.Ordinal);
        _claimSettings = options.HandsOnClaims ? new ClaimSettings(options.ClaimSettings) : null;
        _pools = new RoutePools(pool);
        SharedShape = $"{options.Mode}\n{options.DangerousAllowPrivilegedRoles}\n{(options.HandsOnClaims ? string.Join('\n', options.ClaimSettings) : null)}";
        _principals = new PrincipalTable(_claimSettings, pool.TenantClaim);
        _mode = options.Mode;
        _gate = gate;
        _allowPrivilegedRoles = options.DangerousAllowPrivilegedRoles;
        _logger = logger;
    }

    /// <summary>What these settings make of every shared server connection; two selectors with equal ones make the same of it.</summary>
    internal string SharedShape { get; }

    /// <summary>The server of this name; null when there is none.</summary>
    internal UpstreamServer? FindServer(string name) => _servers.GetValueOrDefault(name);

    /// <summary>Decides where the session goes and as whom.</summary>
    internal async ValueTask<UpstreamSelection> SelectAsync(TokenClaims claims, string role, StartupParameters startup, SessionContext session, CancellationToken cancellationToken)
    {
        UpstreamRoute route;
        UpstreamCredential credential;
        UpstreamServer? server;
        try
        {
            if (_router is not ConfiguredRouter || _credentials is not ConfiguredCredentialProvider)
            {
                // Code of the host: it may block, and a loop must not.
                await EventLoop.Leave();
            }

            route = await _router.RouteAsync(new UpstreamRoutingContext(claims, startup.Database, role, session.SniHost, session), cancellationToken).ConfigureAwait(false);
            if (!route.IsFound || !_servers.TryGetValue(route.Server, out server))
            {
                return UpstreamSelection.Fail(new SessionFailure(SessionEndReason.DatabaseNotRouted, route.IsFound ? $"no server {route.Server}" : "no route")
                {
                    ClientMessage = $"database \"{SafeText.Clean(startup.Database)}\" is not available here",
                });
            }

            credential = await _credentials.GetAsync(new UpstreamCredentialContext(route.Server, route.Database, role, claims, session), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Code of the host application: whatever it throws is a refusal, and never reaches the client.
            Log.AuthorizationError(_logger, error, session.SessionId);
            return UpstreamSelection.Fail(new SessionFailure(SessionEndReason.AuthorizationError, error.GetType().Name));
        }

        if (credential.Username is null)
        {
            return UpstreamSelection.Fail(new SessionFailure(SessionEndReason.UpstreamLoginFailed, $"no credential for server {server.Name}"));
        }

        return UpstreamSelection.Of(
            new UpstreamConnectRequest
            {
                Server = server,
                Database = route.Database,
                Role = role,
                Mode = _mode,
                Credential = credential,
                AllowPrivilegedRoles = _allowPrivilegedRoles,
            },
            _pools.For(route),
            route.Gate ?? _gate);
    }

    /// <summary>A connection that this session alone uses: its settings and claims are in the startup message.</summary>
    internal UpstreamConnectRequest ForOne(UpstreamConnectRequest request, TokenClaims claims, StartupParameters startup)
    {
        var parameters = new List<KeyValuePair<string, string>>(startup.Settings);
        PinLexer(parameters);
        _claimSettings?.AddTo(parameters, claims);
        return request with { Parameters = parameters };
    }

    /// <summary>
    /// A connection that sessions share: what a session can bring along is empty, so that a reset goes back to nobody's claims.
    /// </summary>
    internal UpstreamConnectRequest ForMany(UpstreamConnectRequest request, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var parameters = new List<KeyValuePair<string, string>>(settings);
        PinLexer(parameters);
        _claimSettings?.AddEmptyTo(parameters);
        return request with { Parameters = parameters };
    }

    /// <summary>Who the session is, for connections that it shares with others.</summary>
    internal SessionPrincipal PrincipalOf(TokenClaims claims) => _principals.Of(claims);

    /// <summary>Connects, wherever the connection then lives.</summary>
    internal ValueTask<UpstreamConnectResult> ConnectAsync(UpstreamConnectRequest request, CancellationToken cancellationToken) =>
        _connector.ConnectAsync(request, cancellationToken);

    /// <summary>Connects; the connection lives on <paramref name="loop"/>, if that is not null.</summary>
    internal ValueTask<UpstreamConnectResult> ConnectAsync(UpstreamConnectRequest request, EventLoop? loop, CancellationToken cancellationToken) =>
        _connector.ConnectAsync(request, loop, cancellationToken);

    /// <summary>What RESET and DISCARD go back to must be what the guard reads SQL by, whatever the role's or database's own settings say.</summary>
    private static void PinLexer(List<KeyValuePair<string, string>> parameters)
    {
        foreach (var (name, value) in new[] { ("standard_conforming_strings", "on"), ("client_encoding", "UTF8") })
        {
            if (!parameters.Exists(parameter => parameter.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                parameters.Add(new(name, value));
            }
        }
    }
}
