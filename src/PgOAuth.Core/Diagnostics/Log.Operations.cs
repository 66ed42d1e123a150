using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.AdminSessionStarted, LogLevel.Information, "Session {SessionId}: {Subject} is in the admin database.", EventName = nameof(PgOAuthEventIds.AdminSessionStarted))]
    internal static partial void AdminSessionStarted(ILogger logger, long sessionId, string subject);

    [LoggerMessage(PgOAuthEventIds.AdminShown, LogLevel.Debug, "Session {SessionId}: {Command}.", EventName = nameof(PgOAuthEventIds.AdminShown))]
    internal static partial void AdminShown(ILogger logger, long sessionId, string command);

    [LoggerMessage(PgOAuthEventIds.AdminCommandRefused, LogLevel.Warning, "Session {SessionId}: {Command} was refused: {Reason}.", EventName = nameof(PgOAuthEventIds.AdminCommandRefused))]
    internal static partial void AdminCommandRefused(ILogger logger, long sessionId, string command, string reason);

    [LoggerMessage(PgOAuthEventIds.Paused, LogLevel.Warning, "Paused {Database}, by {Operator}: clients wait for server connections until RESUME.", EventName = nameof(PgOAuthEventIds.Paused))]
    internal static partial void Paused(ILogger logger, string database, string @operator);

    [LoggerMessage(PgOAuthEventIds.Resumed, LogLevel.Information, "Resumed {Database}, by {Operator}.", EventName = nameof(PgOAuthEventIds.Resumed))]
    internal static partial void Resumed(ILogger logger, string database, string @operator);

    [LoggerMessage(PgOAuthEventIds.Reconnecting, LogLevel.Information, "The server connections of {Database} are replaced, by {Operator}.", EventName = nameof(PgOAuthEventIds.Reconnecting))]
    internal static partial void Reconnecting(ILogger logger, string database, string @operator);

    [LoggerMessage(PgOAuthEventIds.SessionsKilled, LogLevel.Warning, "Ended {Count} sessions: {Target}, by {Operator}.", EventName = nameof(PgOAuthEventIds.SessionsKilled))]
    internal static partial void SessionsKilled(ILogger logger, int count, string target, string @operator);

    [LoggerMessage(PgOAuthEventIds.SettingsReloaded, LogLevel.Information, "Read the settings again, by {Operator}; new sessions use them.{NeedRestart}", EventName = nameof(PgOAuthEventIds.SettingsReloaded))]
    internal static partial void SettingsReloaded(ILogger logger, string @operator, string needRestart);

    [LoggerMessage(PgOAuthEventIds.ReloadRefused, LogLevel.Error, "Read the settings again, by {Operator}, and changed nothing: {Mistakes}", EventName = nameof(PgOAuthEventIds.ReloadRefused))]
    internal static partial void ReloadRefused(ILogger logger, string @operator, string mistakes);

    [LoggerMessage(PgOAuthEventIds.ShutdownRequested, LogLevel.Warning, "The proxy stops {When}, by {Operator}.", EventName = nameof(PgOAuthEventIds.ShutdownRequested))]
    internal static partial void ShutdownRequested(ILogger logger, string @operator, string when);
}
