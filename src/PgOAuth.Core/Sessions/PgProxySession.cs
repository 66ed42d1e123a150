using System.Diagnostics;
using System.Net.Sockets;
using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Listening;
using PgOAuth.Operations;
using PgOAuth.Operations.AdminDatabase;
using PgOAuth.Options;
using PgOAuth.Pooling;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Relay;
using PgOAuth.Startup;
using PgOAuth.Transport;
using PgOAuth.Upstream;

namespace PgOAuth.Sessions;

/// <summary>One client connection, from accept to end. It only sequences; each stage lives in the folder of its name.</summary>
/// <remarks>
/// <code>
/// client ─► 1 Listening ─► 2 Startup ─► 3 Authentication ─► 4 Authorization ─► 5 Upstream ─► 6 Relay ◄─► 7 Enforcement ─► server
///                                                                                                └─► 8 Auditing (always)
/// </code>
/// </remarks>
internal sealed partial class PgProxySession : IAsyncDisposable
{
    private readonly ProxyServices _services;
    private readonly ProxySnapshot _snapshot;
    private readonly EndpointSnapshot _endpoint;
    private readonly ConnectionLease _lease;
    private readonly SessionEndReason _overLimit;
    private readonly MessageChannel _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly SessionCompletion _completion;
    private volatile SessionRelay? _relay;
    private volatile AdminSession? _admin;
    private CancellationTokenSource? _login;
    private ServerSource? _servers;
    private CancelKey? _key;
    private volatile bool _killed;
    private volatile bool _draining;

    // Step 1: Listening accepted the connection and holds its place under the caps.
    internal PgProxySession(
        ProxyServices services,
        ProxySnapshot snapshot,
        EndpointSnapshot endpoint,
        SessionContext context,
        Stream stream,
        ConnectionLease lease,
        SessionEndReason overLimit)
    {
        _services = services;
        _snapshot = snapshot;
        _endpoint = endpoint;
        _lease = lease;
        _overLimit = overLimit;
        _client = new MessageChannel(stream);
        _completion = new SessionCompletion(services, context);
        Context = context;
    }

    internal SessionContext Context { get; }

    /// <summary>The database asked for; null before the client said it.</summary>
    internal string? Database => _completion.Database;

    /// <summary>Whether it is a session of the admin database.</summary>
    internal bool IsAdmin => _admin is not null;

    /// <summary>Runs the session. Never throws: whatever happens ends this session and no other (E18).</summary>
    internal async Task RunAsync()
    {
        _services.Sessions.Add(this);
        _completion.Started();
        SessionFailure end;
        try
        {
            end = await LogInAsync().ConfigureAwait(false) ?? await RelayAsync().ConfigureAwait(false);
        }
        catch (NoServerException error)
        {
            end = error.Failure;
        }
        catch (OperationCanceledException)
        {
            end = new SessionFailure(_stop.IsCancellationRequested ? SessionEndReason.ProxyStopping : SessionEndReason.LoginTimeout);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            end = new SessionFailure(SessionEndReason.ClientDisconnected, error.GetType().Name);
        }
        catch (Exception error)
        {
            // The session boundary: a defect ends this session and no other.
            Log.SessionFaulted(_services.Logger, error, Context.SessionId);
            end = new SessionFailure(SessionEndReason.InternalError, error.GetType().Name);
        }

        if (_killed && end.Reason == SessionEndReason.ProxyStopping)
        {
            end = new SessionFailure(SessionEndReason.Killed);
        }

        try
        {
            _completion.CanTellClient &= !_client.IsOutputTorn;
            await _completion.TellClientAsync(end, _client.Stream).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
            _completion.Report(end);
            _services.Sessions.Remove(this);
        }
    }

    /// <summary>Closes the client's connection and gives its place back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_key is not null)
        {
            _services.Cancels.Unregister(_key);
        }

        _relay?.Dispose();
        _servers?.Dispose();
        await _client.DisposeAsync().ConfigureAwait(false);
        _lease.Dispose();
        _stop.Dispose();
    }

    /// <summary>Steps 2 to 5. What it needs is gone when the relay begins: an idle session keeps little.</summary>
    /// <returns>Why the session ends already; null when it is logged in.</returns>
    private async ValueTask<SessionFailure?> LogInAsync()
    {
        using var login = new CancellationTokenSource(_snapshot.Limits.LoginTimeout, _services.Time);
        Interlocked.Exchange(ref _login, login);
        // A stop that came before this has seen nothing to stop; one that comes later sees it.
        _stop.Token.ThrowIfCancellationRequested();

        // Step 2: Startup
        var negotiated = await StartupNegotiator.NegotiateAsync(_client, _endpoint, _snapshot.StartupRules, Context, login.Token).ConfigureAwait(false);
        if (negotiated.CancelSecret is { } secret)
        {
            await _services.Cancels.CancelAsync(negotiated.CancelProcessId, secret, Context.RemoteEndPoint?.Address, login.Token).ConfigureAwait(false);
            return new SessionFailure(SessionEndReason.CancelRequest);
        }

        if (negotiated.Parameters is not { } startup)
        {
            return negotiated.Failure ?? new SessionFailure(SessionEndReason.InternalError, "startup without an outcome");
        }

        _completion.Requested(startup);
        if (_overLimit != SessionEndReason.None || _draining)
        {
            return new SessionFailure(_draining ? SessionEndReason.ProxyStopping : _overLimit);
        }

        // Step 3: Authentication
        var begun = _services.Time.GetTimestamp();
        var authenticated = await _snapshot.Authentication.RunAsync(_client, _endpoint, startup, Context, login.Token).ConfigureAwait(false);
        _services.Metrics.Authenticated(_services.Time.GetElapsedTime(begun), authenticated.Claims is not null);
        if (authenticated.Claims is not { } claims)
        {
            return authenticated.Failure ?? new SessionFailure(SessionEndReason.TokenRefused, "authentication without an outcome");
        }

        // Step 4: Authorization
        _completion.Authenticated(claims);
        var authorized = await _snapshot.Authorizer.AuthorizeAsync(claims, startup, Context, login.Token).ConfigureAwait(false);
        if (authorized.Role is not { } role)
        {
            return authorized.Failure ?? new SessionFailure(SessionEndReason.RoleNotGranted, "authorization without an outcome");
        }

        // Step 4b: Operations. The admin database is served here; whoever may not use it is told that there is none (A50).
        _completion.Authorized(role);
        if (_snapshot.Admin?.IsAt(startup.Database) == true)
        {
            return _snapshot.Admin.IsOpenTo(claims)
                ? await ServeAdminAsync(claims, startup, negotiated.ProtocolMinor, login.Token).ConfigureAwait(false)
                : AdminSession.NoSuchDatabase(startup.Database);
        }

        // Step 5: Upstream
        await _services.Control.Gate.WaitAsync(startup.Database, login.Token).ConfigureAwait(false);
        begun = _services.Time.GetTimestamp();
        var selected = await _snapshot.Upstream.SelectAsync(claims, role, startup, Context, login.Token).ConfigureAwait(false);
        if (selected.Request is not { } request)
        {
            return selected.Failure ?? new SessionFailure(SessionEndReason.DatabaseNotRouted, "selection without an outcome");
        }

        // Step 7: Enforcement pins what names mean before a server connection is made or chosen.
        ClientGate? gate = null;
        if (selected.Gate != GateMode.Off)
        {
            if (PinNames(ref startup) is { } refused)
            {
                return refused;
            }

            gate = await OpenGateAsync(claims, role, request, selected.Gate, login.Token).ConfigureAwait(false);
        }

        var loop = _client.Connection?.Loop;
        await EventLoop.Enter(loop);
        var conversation = new ClientConversation { Gate = gate };
        UpstreamConnection? own = null;
        if (selected.Pool.Mode != PoolMode.None)
        {
            var principal = _snapshot.Upstream.PrincipalOf(claims);
            conversation.Claims = principal.Claims;
            var lease = _services.Pools.Lease(
                _snapshot.Upstream, request, selected.Pool, principal, startup, loop!, Context.SessionId);
            _servers = lease;
            _completion.Shares(lease);
            conversation.Settings = _services.Pools.For(await lease.LearnSettingsAsync(login.Token).ConfigureAwait(false), startup);
        }
        else
        {
            var connected = await _snapshot.Upstream.ConnectAsync(_snapshot.Upstream.ForOne(request, claims, startup), loop, login.Token).ConfigureAwait(false);
            if (connected.Connection is not { } connection)
            {
                return connected.Failure;
            }

            own = connection;
            _servers = new OwnServer(CreateLink(connection));
        }

        _services.Metrics.UpstreamConnected(_services.Time.GetElapsedTime(begun));

        // Step 8: Auditing comes before the first statement: a connection that cannot be audited is not made.
        if (!_completion.Allowed(request.Server.Name))
        {
            return new SessionFailure(SessionEndReason.AuditUnavailable);
        }

        if (own is not null)
        {
            _completion.Owns(own);
        }

        _key = _services.Cancels.Register(negotiated.ProtocolMinor, CancelAsync);
        WriteLoginReply(own, conversation, _key);
        _lease.Authenticated();
        await _client.FlushAsync(login.Token).ConfigureAwait(false);
        await EventLoop.Enter(loop);
        if (loop is not null)
        {
            conversation.Counters = _services.Counters.For(loop, startup.Database);
        }

        Log.SessionStarted(_services.Logger, Context.SessionId, role, SafeText.Clean(startup.Database), request.Server.Name);
        _relay = new SessionRelay(_client.Stream, _client.Connection, _client.Detach(), conversation, CreateStep(conversation, _servers), _servers, _stop);
        return null;
    }

    // Steps 6 and 7: Relay and Enforcement
    private async ValueTask<SessionFailure> RelayAsync()
    {
        _login = null;
        var relay = _relay!;
        await EventLoop.Enter(_client.Connection?.Loop);
        _servers!.Begin(relay);
        if (_stop.IsCancellationRequested)
        {
            // It came while there was no relay to be told.
            relay.End(new SessionFailure(SessionEndReason.ProxyStopping));
        }

        if (_draining)
        {
            relay.Drain();
        }

        try
        {
            return await relay.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            _completion.CanTellClient = relay.CanTellClient;
        }
    }

    private ClientStep CreateStep(ClientConversation conversation, ServerSource servers) => new(
        conversation,
        _snapshot.Statements.For(_client.Connection?.Loop, servers is PoolLease || conversation.Gate is not null),
        _snapshot.Guard is not null,
        servers.IsGivenBackWhenIdle,
        _snapshot.Limits.MaxStatementBytes,
        _services.Metrics);

    private ServerLink CreateLink(UpstreamConnection own)
    {
        var conversation = new ServerConversation();
        return new ServerLink(own, new ServerStep(conversation, own.SessionUser, _snapshot.AllowPrivilegedRoles), conversation);
    }

    private void WriteLoginReply(UpstreamConnection? own, ClientConversation conversation, CancelKey key)
    {
        Protocol.Backend.Authentication.Write(_client.Output, Protocol.Backend.Authentication.Ok);
        if (own is not null)
        {
            _client.Output.WriteBytes(own.StartupFrames.Span);
        }
        else
        {
            foreach (var setting in conversation.Settings.Values)
            {
                ParameterStatus.Write(_client.Output, setting.Name, setting.Value);
            }
        }

        BackendKeyData.Write(_client.Output, key.ProcessId, key.Secret);
        ReadyForQuery.Write(_client.Output, ReadyForQuery.Idle);
    }
}
