using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.ListeningStarted, LogLevel.Information, "Listening on {Endpoint}.", EventName = nameof(PgOAuthEventIds.ListeningStarted))]
    internal static partial void ListeningStarted(ILogger logger, string endpoint);

    [LoggerMessage(PgOAuthEventIds.ListeningStopped, LogLevel.Information, "Stopped listening on {Endpoint}.", EventName = nameof(PgOAuthEventIds.ListeningStopped))]
    internal static partial void ListeningStopped(ILogger logger, string endpoint);

    [LoggerMessage(PgOAuthEventIds.AcceptFailed, LogLevel.Error, "Accepting on {Endpoint} failed for now, retrying: {Error}", EventName = nameof(PgOAuthEventIds.AcceptFailed))]
    internal static partial void AcceptFailed(ILogger logger, string endpoint, string error);

    [LoggerMessage(PgOAuthEventIds.AcceptLoopDied, LogLevel.Critical, "The accept loop of {Endpoint} died; the proxy stops.", EventName = nameof(PgOAuthEventIds.AcceptLoopDied))]
    internal static partial void AcceptLoopDied(ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(PgOAuthEventIds.ConnectionsDropped, LogLevel.Warning, "{Count} connection(s) closed unread since this was last told, because too many others had not logged in (Limits:MaxUnauthenticatedConnections); the last came from {Address}.", EventName = nameof(PgOAuthEventIds.ConnectionsDropped))]
    internal static partial void ConnectionsDropped(ILogger logger, long count, string address);

    [LoggerMessage(PgOAuthEventIds.TlsCertificateReloaded, LogLevel.Information, "Certificates of {Endpoint} changed and were reloaded.", EventName = nameof(PgOAuthEventIds.TlsCertificateReloaded))]
    internal static partial void TlsCertificateReloaded(ILogger logger, string endpoint);

    [LoggerMessage(PgOAuthEventIds.TlsCertificateReloadFailed, LogLevel.Error, "Certificates of {Endpoint} changed but cannot be used; the old ones stay in force: {Error}", EventName = nameof(PgOAuthEventIds.TlsCertificateReloadFailed))]
    internal static partial void TlsCertificateReloadFailed(ILogger logger, string endpoint, string error);

    [LoggerMessage(PgOAuthEventIds.DangerousSetting, LogLevel.Warning, "{Setting} is set: {Consequence}", EventName = nameof(PgOAuthEventIds.DangerousSetting))]
    internal static partial void DangerousSetting(ILogger logger, string setting, string consequence);
}
