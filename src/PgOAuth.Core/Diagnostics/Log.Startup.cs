using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.CancelRequestUnknown, LogLevel.Information, "A CancelRequest from {Address} named no session or the wrong key.", EventName = nameof(PgOAuthEventIds.CancelRequestUnknown))]
    internal static partial void CancelRequestUnknown(ILogger logger, string address);

    [LoggerMessage(PgOAuthEventIds.CancelRequestsLimited, LogLevel.Warning, "A CancelRequest from {Address} was dropped: too many failed or too many are under way.", EventName = nameof(PgOAuthEventIds.CancelRequestsLimited))]
    internal static partial void CancelRequestsLimited(ILogger logger, string address);
}
