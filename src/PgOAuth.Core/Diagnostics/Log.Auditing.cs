using Microsoft.Extensions.Logging;
using PgOAuth.Auditing;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.ConnectionAudited, LogLevel.Information, "Connection {Verdict} ({Reason}{Detail}): session {SessionId} of proxy \"{ProxyName}\" from {ClientAddress}, issuer {Issuer}, subject {Subject}, client {ClientId}, token {TokenId}, user {RequestedUser}, database {RequestedDatabase}, role {Role}, server {Server}.", EventName = nameof(PgOAuthEventIds.ConnectionAudited))]
    internal static partial void ConnectionAudited(ILogger logger, AuditVerdict verdict, string reason, string detail, long sessionId, string proxyName, string? clientAddress, string? issuer, string? subject, string? clientId, string? tokenId, string? requestedUser, string? requestedDatabase, string? role, string? server);

    [LoggerMessage(PgOAuthEventIds.AuditRecordDropped, LogLevel.Error, "Session {SessionId}: the audit queue is full.", EventName = nameof(PgOAuthEventIds.AuditRecordDropped))]
    internal static partial void AuditRecordDropped(ILogger logger, long sessionId);

    [LoggerMessage(PgOAuthEventIds.AuditSinkFailed, LogLevel.Error, "Session {SessionId}: the audit sink {Sink} failed.", EventName = nameof(PgOAuthEventIds.AuditSinkFailed))]
    internal static partial void AuditSinkFailed(ILogger logger, Exception exception, long sessionId, string sink);

    [LoggerMessage(PgOAuthEventIds.StatementAudited, LogLevel.Information, "Statement allowed: {Subject} as {Role} in {Database} on {Server}: {Statement} (policy {PolicyVersion}, session {SessionId} of proxy \"{ProxyName}\", issuer {Issuer}, client {ClientId}, token {TokenId}).", EventName = nameof(PgOAuthEventIds.StatementAudited), SkipEnabledCheck = true)]
    internal static partial void StatementAudited(ILogger logger, string subject, string role, string database, string server, string statement, long policyVersion, long sessionId, string proxyName, string issuer, string? clientId, string? tokenId);

    [LoggerMessage(PgOAuthEventIds.StatementRefusalAudited, LogLevel.Information, "Statement {Verdict} ({Reason}): {Subject} as {Role} in {Database} on {Server}: {Statement} (policy {PolicyVersion}, session {SessionId} of proxy \"{ProxyName}\", issuer {Issuer}, client {ClientId}, token {TokenId}).", EventName = nameof(PgOAuthEventIds.StatementRefusalAudited), SkipEnabledCheck = true)]
    internal static partial void StatementRefusalAudited(ILogger logger, StatementAuditVerdict verdict, string reason, string subject, string role, string database, string server, string statement, long policyVersion, long sessionId, string proxyName, string issuer, string? clientId, string? tokenId);
}
