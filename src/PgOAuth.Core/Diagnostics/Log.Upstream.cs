using System.Net;
using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.UpstreamConnected, LogLevel.Debug, "Connected to {Server} at {Address}, database {Database}, as role {Role}; TLS: {IsTls}.", EventName = nameof(PgOAuthEventIds.UpstreamConnected))]
    internal static partial void UpstreamConnected(ILogger logger, string server, string database, string role, EndPoint address, bool isTls);

    [LoggerMessage(PgOAuthEventIds.RoleInspected, LogLevel.Debug, "The role {Role} of {Server} was inspected and is safe to give.", EventName = nameof(PgOAuthEventIds.RoleInspected))]
    internal static partial void RoleInspected(ILogger logger, string server, string role);

    [LoggerMessage(PgOAuthEventIds.CancelDelivered, LogLevel.Debug, "A cancel request for process {ProcessId} was delivered to {Server}.", EventName = nameof(PgOAuthEventIds.CancelDelivered))]
    internal static partial void CancelDelivered(ILogger logger, string server, int processId);

    [LoggerMessage(PgOAuthEventIds.CancelNotDelivered, LogLevel.Warning, "A cancel request could not be delivered to {Server}: {Problem}.", EventName = nameof(PgOAuthEventIds.CancelNotDelivered))]
    internal static partial void CancelNotDelivered(ILogger logger, string server, string problem);

    [LoggerMessage(PgOAuthEventIds.PoolConnectionFailed, LogLevel.Warning, "The pool of {Server}, database {Database}, role {Role}, could not open a connection ({Failures} in a row): {Problem}. The next attempt comes in {Pause} at the earliest.", EventName = nameof(PgOAuthEventIds.PoolConnectionFailed))]
    internal static partial void PoolConnectionFailed(ILogger logger, string server, string database, string role, int failures, string problem, TimeSpan pause);

    [LoggerMessage(PgOAuthEventIds.PlaintextUpstream, LogLevel.Warning, "Passwords and data go to {Server} without TLS: DangerousAllowPlaintextUpstream is set.", EventName = nameof(PgOAuthEventIds.PlaintextUpstream))]
    internal static partial void PlaintextUpstream(ILogger logger, string server);

    [LoggerMessage(PgOAuthEventIds.UnverifiedUpstream, LogLevel.Warning, "The certificate of {Server} is not verified: TlsMode is Require. An attacker in between goes unnoticed; use VerifyFull.", EventName = nameof(PgOAuthEventIds.UnverifiedUpstream))]
    internal static partial void UnverifiedUpstream(ILogger logger, string server);

    [LoggerMessage(PgOAuthEventIds.CleartextPasswordAllowed, LogLevel.Warning, "{Server} may ask for the password in clear: AllowCleartextPassword is set.", EventName = nameof(PgOAuthEventIds.CleartextPasswordAllowed))]
    internal static partial void CleartextPasswordAllowed(ILogger logger, string server);

    [LoggerMessage(PgOAuthEventIds.Md5PasswordAllowed, LogLevel.Warning, "{Server} may ask for an MD5 password: AllowMd5Password is set.", EventName = nameof(PgOAuthEventIds.Md5PasswordAllowed))]
    internal static partial void Md5PasswordAllowed(ILogger logger, string server);
}
