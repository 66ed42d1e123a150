using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class HostingLog
{
    [LoggerMessage(PgOAuthEventIds.ProxyFailed, LogLevel.Critical, "The proxy {ProxyName} can no longer accept connections; the host stops.", EventName = nameof(PgOAuthEventIds.ProxyFailed))]
    internal static partial void ProxyFailed(ILogger logger, Exception exception, string proxyName);

    [LoggerMessage(PgOAuthEventIds.ConfigurationChanged, LogLevel.Warning, "The section {Section} changed. The proxy {ProxyName} goes on with the settings it has; reload or restart it to use the new ones.", EventName = nameof(PgOAuthEventIds.ConfigurationChanged))]
    internal static partial void ConfigurationChanged(ILogger logger, string section, string proxyName);

    [LoggerMessage(PgOAuthEventIds.ProxyShutDown, LogLevel.Warning, "The proxy {ProxyName} was shut down by an operator. The host goes on.", EventName = nameof(PgOAuthEventIds.ProxyShutDown))]
    internal static partial void ProxyShutDown(ILogger logger, string proxyName);

    [LoggerMessage(PgOAuthEventIds.PolicyFileChanged, LogLevel.Information, "The policy file {File} changed; the proxy {ProxyName} reads its settings again.", EventName = nameof(PgOAuthEventIds.PolicyFileChanged))]
    internal static partial void PolicyFileChanged(ILogger logger, string file, string proxyName);

    [LoggerMessage(PgOAuthEventIds.PolicyFileNotUsed, LogLevel.Error, "The policy file {File} changed, and the proxy {ProxyName} could not read its settings again; the old policy stays in force.", EventName = nameof(PgOAuthEventIds.PolicyFileNotUsed))]
    internal static partial void PolicyFileNotUsed(ILogger logger, Exception exception, string file, string proxyName);
}
