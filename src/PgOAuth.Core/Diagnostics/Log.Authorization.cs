using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.AuthorizationError, LogLevel.Error, "Session {SessionId}: a role mapper, scope policy, router or credential provider failed; the login is refused.", EventName = nameof(PgOAuthEventIds.AuthorizationError))]
    internal static partial void AuthorizationError(ILogger logger, Exception exception, long sessionId);

    [LoggerMessage(PgOAuthEventIds.MappedRoleRefused, LogLevel.Warning, "Session {SessionId}: the mapped role \"{Role}\" is not used: {Reason}.", EventName = nameof(PgOAuthEventIds.MappedRoleRefused))]
    internal static partial void MappedRoleRefused(ILogger logger, long sessionId, string role, string reason);

    [LoggerMessage(PgOAuthEventIds.NoScopeRequired, LogLevel.Warning, "No scope is required to connect: every token that maps to a role gets in. Set Authorization:RequiredScopes or Authorization:ConnectionRules.", EventName = nameof(PgOAuthEventIds.NoScopeRequired))]
    internal static partial void NoScopeRequired(ILogger logger);
}
