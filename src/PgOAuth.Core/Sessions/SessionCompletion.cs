using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using PgOAuth.Auditing;
using PgOAuth.Authentication;
using PgOAuth.Diagnostics;
using PgOAuth.Operations;
using PgOAuth.Pooling;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;
using PgOAuth.Startup;
using PgOAuth.Transport;
using PgOAuth.Upstream;

namespace PgOAuth.Sessions;

/// <summary>
/// Stage 8: gathers what becomes known of a session and says it once, in one place: log, metrics, span, audit, and the
/// FATAL that the client gets.
/// </summary>
internal sealed class SessionCompletion
{
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly ProxyServices _services;
    private readonly SessionContext _session;
    private readonly long _begun;
    private Activity? _activity;
    private StartupParameters? _startup;
    private TokenClaims? _claims;
    private TokenClaims? _refusedClaims;
    private string? _role;
    private string? _server;
    private UpstreamConnection? _upstream;
    private PoolLease? _lease;
    private DateTimeOffset _connectedAt;
    private bool _isAudited;

    internal SessionCompletion(ProxyServices services, SessionContext session)
    {
        _services = services;
        _session = session;
        _begun = services.Time.GetTimestamp();
    }

    /// <summary>Whether nothing was cut short on the way to the client.</summary>
    internal bool CanTellClient { get; set; } = true;

    internal void Started()
    {
        _services.Metrics.SessionStarted();
        _activity = PgOAuthActivitySource.Source.StartActivity("pgoauth.session", ActivityKind.Server);
        _activity?.SetTag(TagNames.SessionId, _session.SessionId);
        _activity?.SetTag(TagNames.ProxyName, _services.ProxyName);
        _activity?.SetTag(TagNames.NetworkTransport, _session.RemoteEndPoint is null ? "unix" : "tcp");
    }

    internal void Requested(StartupParameters startup)
    {
        _startup = startup;
        _activity?.SetTag(TagNames.DatabaseNamespace, SafeText.Clean(startup.Database));
    }

    internal void Authenticated(TokenClaims claims)
    {
        _claims = claims;
        _activity?.AddEvent(new ActivityEvent("authenticated"));
    }

    internal void Authorized(string role)
    {
        _role = role;
        _activity?.SetTag(TagNames.Role, role);
        _activity?.AddEvent(new ActivityEvent("authorized"));
    }

    /// <summary>Audits that the connection got in; false when it must not, because it could not be audited.</summary>
    internal bool Allowed(string server)
    {
        _server = server;
        _activity?.SetTag(TagNames.ServerAddress, server);
        _activity?.AddEvent(new ActivityEvent("connected"));
        return Audit(AuditVerdict.Allowed, "allowed", null);
    }

    /// <summary>Audits that the connection got into the admin database; false when it must not.</summary>
    internal bool AllowedToAdmin() => Audit(AuditVerdict.Allowed, "allowed", "admin database");

    /// <summary>Audits that an operator does something; false when it must not be done.</summary>
    internal bool Acted(string command) => _services.Audit.TryAdd(NewRecord(AuditVerdict.Allowed, "admin_command", command));

    /// <summary>Audits that an operator was refused something.</summary>
    internal void Refused(SessionEndReason reason, string command) =>
        _services.Audit.TryAdd(NewRecord(AuditVerdict.Refused, SessionEndReasonInfo.Of(reason).Word, command));

    /// <summary>The session has a server connection of its own from now on.</summary>
    internal void Owns(UpstreamConnection upstream)
    {
        _connectedAt = _services.Time.GetUtcNow();
        _upstream = upstream;
    }

    /// <summary>The session shares server connections from now on.</summary>
    internal void Shares(PoolLease lease) => _lease = lease;

    /// <summary>The database asked for; null before the client said it.</summary>
    internal string? Database => _startup?.Database;

    /// <summary>For operators: the client's side. May be called from any thread.</summary>
    internal ClientStatus Describe(bool isAdmin) => new()
    {
        SessionId = _session.SessionId,
        State = isAdmin ? ClientState.Admin
            : _upstream is not null || _lease?.Server is not null ? ClientState.Active
            : _lease is null ? ClientState.Login
            : _lease.IsWaiting ? ClientState.Waiting
            : _server is null ? ClientState.Login
            : ClientState.Idle,
        Database = _startup is { } startup ? SafeText.Clean(startup.Database) : null,
        Role = _role,
        Subject = _claims is { } claims ? SafeText.Clean(claims.Subject) : null,
        Address = _session.RemoteEndPoint?.ToString(),
        IsTls = _session.IsTls,
        ConnectedAt = _session.StartedAt,
        ApplicationName = ApplicationName(),
        Wait = _lease?.Wait ?? TimeSpan.Zero,
        ServerProcessId = _upstream?.ProcessId ?? _lease?.Server?.Link.Upstream.ProcessId,
    };

    /// <summary>For operators: the server connection that the session has for itself; null when it has none.</summary>
    internal ServerStatus? DescribeServer() => _upstream is not { } upstream || _role is not { } role ? null : new ServerStatus
    {
        Server = upstream.Server.Name,
        Database = upstream.Database,
        Role = role,
        State = ServerState.Active,
        Address = upstream.Address.ToString()!,
        ProcessId = upstream.ProcessId,
        ConnectedAt = _connectedAt,
        SessionId = _session.SessionId,
    };

    /// <summary>Tells the client why the session ends, when there is something to tell and the stream is whole.</summary>
    internal async ValueTask TellClientAsync(SessionFailure end, Stream client)
    {
        var info = SessionEndReasonInfo.Of(end.Reason);
        if (info.SqlState is null || !CanTellClient)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(FarewellTimeout);
        using var farewell = new MessageWriter();
        ErrorResponse.Write(
            farewell,
            "FATAL",
            end.SqlState ?? info.SqlState,
            end.ClientMessage ?? info.ClientMessage!,
            string.Create(CultureInfo.InvariantCulture, $"PgOAuth session {_session.SessionId}."),
            end.Hint ?? info.Hint);
        try
        {
            await client.WriteAsync(farewell.WrittenMemory, timeout.Token).ConfigureAwait(false);
            await LingerAsync(client, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone: there is nobody left to tell.
        }
    }

    /// <summary>The one report of the session.</summary>
    internal void Report(SessionFailure end)
    {
        var info = SessionEndReasonInfo.Of(end.Reason);
        _refusedClaims = end.RefusedClaims;
        if (!_isAudited && end.Reason != SessionEndReason.CancelRequest)
        {
            Audit(info.Verdict, info.Word, end.LogDetail);
        }

        var duration = _services.Time.GetElapsedTime(_begun);
        _services.Metrics.SessionEnded(duration, info.Word);
        Log.SessionEnded(_services.Logger, _session.SessionId, duration.TotalSeconds, info.Word, end.LogDetail is null ? "" : $" ({SafeText.Clean(end.LogDetail)})");
        if (_activity is { } activity)
        {
            if (info.SqlState is not null)
            {
                activity.SetStatus(ActivityStatusCode.Error, info.Word);
                activity.SetTag(TagNames.ErrorType, info.Word);
            }

            activity.Dispose();
        }
    }

    private bool Audit(AuditVerdict verdict, string reason, string? detail)
    {
        _isAudited = true;
        _services.Metrics.Attempt(verdict, reason);
        return _services.Audit.TryAdd(NewRecord(verdict, reason, detail));
    }

    private AuditRecord NewRecord(AuditVerdict verdict, string reason, string? detail)
    {
        var claims = _claims ?? _refusedClaims;
        return new AuditRecord
        {
            Timestamp = _services.Time.GetUtcNow(),
            ProxyName = _services.ProxyName,
            SessionId = _session.SessionId,
            Endpoint = _session.Endpoint,
            ClientAddress = _session.RemoteEndPoint?.ToString(),
            Verdict = verdict,
            Reason = reason,
            Detail = detail is null ? null : SafeText.Clean(detail),
            Issuer = claims is null ? null : SafeText.Clean(claims.Issuer),
            Subject = claims is null ? null : SafeText.Clean(claims.Subject),
            TokenId = claims?.TokenId is { } id ? SafeText.Clean(id) : null,
            ClientId = claims?.ClientId is { } clientId ? SafeText.Clean(clientId) : null,
            RequestedUser = _startup is null ? null : SafeText.Clean(_startup.User),
            RequestedDatabase = _startup is null ? null : SafeText.Clean(_startup.Database),
            Role = _role,
            Server = _server,
        };
    }

    private string? ApplicationName()
    {
        foreach (var (name, value) in _startup?.Settings ?? [])
        {
            if (name.Equals("application_name", StringComparison.OrdinalIgnoreCase))
            {
                return SafeText.Clean(value);
            }
        }

        return null;
    }

    /// <summary>
    /// Closes our half and reads on until the client closes its own: closing a socket with unread input resets it, and
    /// the message just sent would be lost on the way.
    /// </summary>
    private static async ValueTask LingerAsync(Stream client, CancellationToken cancellationToken)
    {
        if (client is SslStream tls)
        {
            await tls.ShutdownAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (client is TransportStream connection)
        {
            connection.ShutdownSend();
        }

        var scratch = new byte[1024];
        for (var i = 0; i < 64 && await client.ReadAsync(scratch, cancellationToken).ConfigureAwait(false) > 0; i++)
        {
        }
    }
}
