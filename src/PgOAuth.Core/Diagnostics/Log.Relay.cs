using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.LoopFaulted, LogLevel.Error, "A defect in the proxy reached an event loop, which goes on.", EventName = nameof(PgOAuthEventIds.LoopFaulted))]
    internal static partial void LoopFaulted(ILogger logger, Exception exception);
}
