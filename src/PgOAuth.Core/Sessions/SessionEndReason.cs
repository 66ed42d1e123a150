namespace PgOAuth.Sessions;

/// <summary>Why a session ended. The first reason wins and feeds log, metric, span, audit and SQLSTATE; see <see cref="SessionEndReasonInfo"/>.</summary>
public enum SessionEndReason
{
    /// <summary>Not ended.</summary>
    None,

    /// <summary>The client said Terminate.</summary>
    ClientTerminated,

    /// <summary>The client's connection went away.</summary>
    ClientDisconnected,

    /// <summary>The server ended the session and said why; its message was passed on.</summary>
    UpstreamTerminated,

    /// <summary>The server's connection went away.</summary>
    UpstreamDisconnected,

    /// <summary>A CancelRequest, which is a connection of its own.</summary>
    CancelRequest,

    /// <summary>The client asked where to get a token, or left before presenting one. Not a failed login.</summary>
    NoTokenPresented,

    /// <summary><c>Limits:MaxConnections</c> is reached.</summary>
    TooManyConnections,

    /// <summary><c>Limits:MaxConnectionsPerAddress</c> is reached.</summary>
    TooManyConnectionsFromAddress,

    /// <summary><c>Limits:MaxUnauthenticatedConnections</c> is reached.</summary>
    TooManyUnauthenticatedConnections,

    /// <summary><c>Limits:LoginTimeout</c> passed.</summary>
    LoginTimeout,

    /// <summary>Bytes came in clear behind SSLRequest or GSSENCRequest (A01).</summary>
    PlaintextBeforeTls,

    /// <summary>The TLS handshake failed.</summary>
    TlsHandshakeFailed,

    /// <summary>A token would have travelled without TLS (A04).</summary>
    TlsRequired,

    /// <summary>The client broke the wire protocol.</summary>
    ProtocolViolation,

    /// <summary>The client speaks another protocol version.</summary>
    UnsupportedProtocolVersion,

    /// <summary>A startup parameter is not allowed or not usable.</summary>
    StartupParameterRefused,

    /// <summary>The client asked for a replication connection (A12).</summary>
    ReplicationRefused,

    /// <summary>The token was not accepted.</summary>
    TokenRefused,

    /// <summary>The token is genuine but has expired.</summary>
    TokenExpired,

    /// <summary>The token maps to no role, or not to the one asked for (C26).</summary>
    RoleNotGranted,

    /// <summary>A scope is missing.</summary>
    ScopeMissing,

    /// <summary>A mapper, policy, router or credential provider failed; an error is a refusal.</summary>
    AuthorizationError,

    /// <summary>No route leads to the database asked for.</summary>
    DatabaseNotRouted,

    /// <summary>The server could not be reached, or did not answer in time.</summary>
    UpstreamUnreachable,

    /// <summary>The server refused the session for now: starting up, shutting down, too many connections.</summary>
    UpstreamNotReady,

    /// <summary>The server does not know the database.</summary>
    UpstreamDatabaseMissing,

    /// <summary>The server refused the proxy's login, or the proxy refused the server's.</summary>
    UpstreamLoginFailed,

    /// <summary>The role upstream may do more than a mapped role should: superuser, replication, BYPASSRLS (C25).</summary>
    UpstreamRoleUnsafe,

    /// <summary>The server broke the wire protocol.</summary>
    UpstreamProtocolViolation,

    /// <summary>The server refused to take on the session's settings, or to give up those of the session before.</summary>
    UpstreamResetFailed,

    /// <summary>The session was about to have another role than the token's.</summary>
    RoleEscaped,

    /// <summary>The audit queue is full and <c>Auditing:Overflow</c> says to refuse.</summary>
    AuditUnavailable,

    /// <summary>An operator ended it.</summary>
    Killed,

    /// <summary>The proxy stops.</summary>
    ProxyStopping,

    /// <summary>A defect in the proxy.</summary>
    InternalError,

    /// <summary>No server connection of the pool became free within <c>Pool:WaitTimeout</c>.</summary>
    PoolWaitTimeout,

    /// <summary>The client cancelled what waited for a server connection.</summary>
    CanceledWhileWaiting,

    /// <summary>The client left its transaction idle for longer than <c>Pool:IdleTransactionTimeout</c>.</summary>
    IdleTransactionTimeout,

    /// <summary><c>Pool:MaxPools</c> is reached.</summary>
    TooManyPools,
}
