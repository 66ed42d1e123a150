using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.SessionStarted, LogLevel.Information, "Session {SessionId}: logged in as {Role} on database {Database} of {Server}.", EventName = nameof(PgOAuthEventIds.SessionStarted))]
    internal static partial void SessionStarted(ILogger logger, long sessionId, string role, string database, string server);

    [LoggerMessage(PgOAuthEventIds.SessionEnded, LogLevel.Information, "Session {SessionId}: ended after {Seconds:0.000} s: {Reason}{Detail}", EventName = nameof(PgOAuthEventIds.SessionEnded))]
    internal static partial void SessionEnded(ILogger logger, long sessionId, double seconds, string reason, string detail);

    [LoggerMessage(PgOAuthEventIds.SessionFaulted, LogLevel.Error, "Session {SessionId}: a defect in the proxy ended it.", EventName = nameof(PgOAuthEventIds.SessionFaulted))]
    internal static partial void SessionFaulted(ILogger logger, Exception exception, long sessionId);

    [LoggerMessage(PgOAuthEventIds.DrainStarted, LogLevel.Information, "Stopping: {Sessions} sessions have {Seconds:0} s to finish.", EventName = nameof(PgOAuthEventIds.DrainStarted))]
    internal static partial void DrainStarted(ILogger logger, int sessions, double seconds);

    [LoggerMessage(PgOAuthEventIds.DrainFinished, LogLevel.Information, "Stopped: {Finished} sessions finished, {Aborted} were ended at the deadline.", EventName = nameof(PgOAuthEventIds.DrainFinished))]
    internal static partial void DrainFinished(ILogger logger, int finished, int aborted);
}
