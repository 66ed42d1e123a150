using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
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
    private readonly UpstreamMode _mode;
    private readonly bool _allowPrivilegedRoles;
    private readonly ILogger _logger;

    internal UpstreamSelector(
        UpstreamOptions options,
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
        _mode = options.Mode;
        _allowPrivilegedRoles = options.DangerousAllowPrivilegedRoles;
        _logger = logger;
    }

    /// <summary>The server of this name; null when there is none.</summary>
    internal UpstreamServer? FindServer(string name) => _servers.GetValueOrDefault(name);

    internal async ValueTask<UpstreamConnectResult> ConnectAsync(TokenClaims claims, string role, StartupParameters startup, SessionContext session, CancellationToken cancellationToken)
    {
        UpstreamRoute route;
        UpstreamCredential credential;
        UpstreamServer? server;
        var loop = EventLoop.Current;
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
                return UpstreamConnectResult.Failed(new SessionFailure(SessionEndReason.DatabaseNotRouted, route.IsFound ? $"no server {route.Server}" : "no route")
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
            return UpstreamConnectResult.Failed(new SessionFailure(SessionEndReason.AuthorizationError, error.GetType().Name));
        }

        if (credential.Username is null)
        {
            return UpstreamConnectResult.Failed(new SessionFailure(SessionEndReason.UpstreamLoginFailed, $"no credential for server {server.Name}"));
        }

        var parameters = new List<KeyValuePair<string, string>>(startup.Settings);
        PinLexer(parameters);
        _claimSettings?.AddTo(parameters, claims);
        if (loop is not null)
        {
            await loop;
        }

        return await _connector.ConnectAsync(
            new UpstreamConnectRequest
            {
                Server = server,
                Database = route.Database,
                Role = role,
                Mode = _mode,
                Credential = credential,
                Parameters = parameters,
                AllowPrivilegedRoles = _allowPrivilegedRoles,
            },
            cancellationToken).ConfigureAwait(false);
    }

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
