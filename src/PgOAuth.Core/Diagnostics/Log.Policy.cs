using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.PolicyGivesNothing, LogLevel.Warning, "The statement gate is on, and no scope gives anything: sessions can do no more than what Enforcement:Policy:Defaults allow. Set Enforcement:PolicyFile or Enforcement:Policy:Scopes.", EventName = nameof(PgOAuthEventIds.PolicyGivesNothing))]
    internal static partial void PolicyGivesNothing(ILogger logger);
}
