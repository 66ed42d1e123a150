using PgOAuth.Auditing;
using PgOAuth.Protocol;

namespace PgOAuth.Sessions;

/// <summary>What a <see cref="SessionEndReason"/> means to each audience.</summary>
/// <param name="Word">Stable word for <c>error.type</c>, metrics and audit.</param>
/// <param name="SqlState">SQLSTATE of the FATAL the client gets; null when it gets none.</param>
/// <param name="ClientMessage">A constant that is safe to show; null when the client gets none.</param>
/// <param name="Hint">What the client's user can do; null when there is nothing.</param>
/// <param name="Verdict">What became of the attempt when this ended it before login was over.</param>
internal readonly record struct SessionEndReasonInfo(
    string Word,
    string? SqlState,
    string? ClientMessage,
    string? Hint,
    AuditVerdict Verdict)
{
    /// <summary>The one exhaustive table; a reason that is missing here fails a test and reads as an internal error.</summary>
    internal static SessionEndReasonInfo Of(SessionEndReason reason) => reason switch
    {
        SessionEndReason.None => Silent("none", AuditVerdict.Refused),
        SessionEndReason.ClientTerminated => Silent("client_terminated", AuditVerdict.Abandoned),
        SessionEndReason.ClientDisconnected => Silent("client_disconnected", AuditVerdict.Abandoned),
        SessionEndReason.UpstreamTerminated => Silent("upstream_terminated", AuditVerdict.Refused),
        SessionEndReason.UpstreamDisconnected => Fatal("upstream_disconnected", SqlStates.ConnectionFailure, "the database server closed the connection", "Connect again."),
        SessionEndReason.CancelRequest => Silent("cancel_request", AuditVerdict.Abandoned),
        SessionEndReason.NoTokenPresented => Fatal("no_token", SqlStates.InvalidAuthorization, "an OAuth access token is needed to log in", "Get a token from the identity provider and present it.", AuditVerdict.Abandoned),
        SessionEndReason.TooManyConnections => Fatal("too_many_connections", SqlStates.TooManyConnections, "sorry, too many clients already", "Close idle connections, or raise Limits:MaxConnections."),
        SessionEndReason.TooManyConnectionsFromAddress => Fatal("too_many_connections_from_address", SqlStates.TooManyConnections, "too many connections from this address", "Close idle connections, or raise Limits:MaxConnectionsPerAddress."),
        SessionEndReason.TooManyUnauthenticatedConnections => Silent("too_many_unauthenticated", AuditVerdict.Refused),
        SessionEndReason.LoginTimeout => Fatal("login_timeout", "57014", "canceling authentication due to timeout", null),
        // Silent: an answer in clear to what may be a third party's bytes could be taken for one that came under TLS.
        SessionEndReason.PlaintextBeforeTls => Silent("plaintext_before_tls", AuditVerdict.Refused),
        SessionEndReason.TlsHandshakeFailed => Silent("tls_handshake_failed", AuditVerdict.Refused),
        SessionEndReason.TlsRequired => Fatal("tls_required", SqlStates.InvalidAuthorization, "access tokens are accepted over TLS only", "Connect with sslmode=require or stronger."),
        SessionEndReason.ProtocolViolation => Fatal("protocol_violation", SqlStates.ProtocolViolation, "invalid message from the client", null),
        SessionEndReason.UnsupportedProtocolVersion => Fatal("unsupported_protocol_version", SqlStates.FeatureNotSupported, "unsupported frontend protocol: server supports 3.0 to 3.2", null),
        SessionEndReason.StartupParameterRefused => Fatal("startup_parameter_refused", SqlStates.InsufficientPrivilege, "a startup parameter is not allowed", "Leave it out, or have it added to Upstream:AllowedStartupParameters."),
        SessionEndReason.ReplicationRefused => Fatal("replication_refused", SqlStates.InsufficientPrivilege, "replication connections are not available here", "Connect to the database server itself."),
        SessionEndReason.TokenRefused => Fatal("token_refused", SqlStates.InvalidAuthorization, "the access token was not accepted", "Get a new access token for this database and connect again. The proxy's log says more under this session's number."),
        SessionEndReason.TokenExpired => Fatal("token_expired", SqlStates.InvalidAuthorization, "the access token has expired", "Get a new access token and connect again."),
        SessionEndReason.RoleNotGranted => Fatal("role_not_granted", SqlStates.InvalidAuthorization, "the access token does not give this database role", null),
        SessionEndReason.ScopeMissing => Fatal("scope_missing", SqlStates.InsufficientPrivilege, "the access token's scopes do not allow this connection", null),
        SessionEndReason.AuthorizationError => Fatal("authorization_error", SqlStates.InvalidAuthorization, "the connection could not be authorized", "The proxy's log says more under this session's number."),
        SessionEndReason.DatabaseNotRouted => Fatal("database_not_routed", SqlStates.InvalidCatalogName, "the database is not available here", null),
        SessionEndReason.UpstreamUnreachable => Fatal("upstream_unreachable", SqlStates.ConnectionFailure, "the database server could not be reached", "Try again later."),
        SessionEndReason.UpstreamNotReady => Fatal("upstream_not_ready", SqlStates.CannotConnectNow, "the database server does not accept connections now", "Try again later."),
        SessionEndReason.UpstreamDatabaseMissing => Fatal("upstream_database_missing", SqlStates.InvalidCatalogName, "the database does not exist", null),
        SessionEndReason.UpstreamLoginFailed => Fatal("upstream_login_failed", SqlStates.ConnectionFailure, "the proxy could not log in to the database server", "The proxy's log says more under this session's number."),
        SessionEndReason.UpstreamRoleUnsafe => Fatal("upstream_role_unsafe", SqlStates.InvalidAuthorization, "the database role is too powerful to be given by a token", "Map the token to a role without SUPERUSER, REPLICATION and BYPASSRLS."),
        SessionEndReason.UpstreamProtocolViolation => Fatal("upstream_protocol_violation", SqlStates.ConnectionFailure, "the database server sent an invalid message", null),
        SessionEndReason.UpstreamResetFailed => Fatal("upstream_reset_failed", SqlStates.ConnectionFailure, "the database server did not accept this session's settings; the statement was not executed", "Connect again. If it happens each time, a setting of this session has a value that the server does not take."),
        SessionEndReason.PoolWaitTimeout => Fatal("pool_wait_timeout", SqlStates.TooManyConnections, "no connection to the database server became free in time", "All connections of the proxy's pool are in use, or the server does not answer. Try again later."),
        SessionEndReason.TooManyPools => Fatal("too_many_pools", SqlStates.TooManyConnections, "the proxy has too many pools of server connections", "Connect with the startup settings that others use, or have Pool:MaxPools raised."),
        SessionEndReason.CanceledWhileWaiting => Fatal("canceled_while_waiting", SqlStates.QueryCanceled, "canceling statement due to user request", "The statement was waiting for a connection to the database server. Connect again."),
        SessionEndReason.IdleTransactionTimeout => Fatal("idle_transaction_timeout", SqlStates.IdleInTransactionTimeout, "terminating connection due to idle-in-transaction timeout", "Commit or roll back before doing something else, and connect again."),
        SessionEndReason.RoleEscaped => Fatal("role_escaped", SqlStates.InsufficientPrivilege, "the session's role changed against the access token", null),
        SessionEndReason.AuditUnavailable => Fatal("audit_unavailable", SqlStates.CannotConnectNow, "the connection could not be audited", "Try again later."),
        SessionEndReason.Killed => Fatal("killed", SqlStates.AdminShutdown, "terminating connection due to administrator command", null),
        SessionEndReason.ProxyStopping => Fatal("proxy_stopping", SqlStates.AdminShutdown, "terminating connection due to administrator command", "The proxy is shutting down. Connect again."),
        SessionEndReason.InternalError => Fatal("internal_error", SqlStates.InternalError, "internal error in the proxy", "The proxy's log says more under this session's number."),
        _ => Of(SessionEndReason.InternalError),
    };

    private static SessionEndReasonInfo Silent(string word, AuditVerdict verdict) => new(word, null, null, null, verdict);

    private static SessionEndReasonInfo Fatal(string word, string sqlState, string message, string? hint, AuditVerdict verdict = AuditVerdict.Refused) =>
        new(word, sqlState, message, hint, verdict);
}
