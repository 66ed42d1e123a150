using Microsoft.Extensions.Logging;

namespace PgOAuth.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(PgOAuthEventIds.CatalogNotRead, LogLevel.Error, "The catalog of {Catalog} could not be read: {Problem}. Statements that need it are refused once what was read before is too old.", EventName = nameof(PgOAuthEventIds.CatalogNotRead))]
    internal static partial void CatalogNotRead(ILogger logger, string catalog, string problem);

    [LoggerMessage(PgOAuthEventIds.AuthorizationDetailsIgnored, LogLevel.Warning, "Session {SessionId}: {Mistake}", EventName = nameof(PgOAuthEventIds.AuthorizationDetailsIgnored))]
    internal static partial void AuthorizationDetailsIgnored(ILogger logger, long sessionId, string mistake);

    [LoggerMessage(PgOAuthEventIds.PolicyGivesNothing, LogLevel.Warning, "The statement gate is on, and no scope gives anything: sessions can do no more than what Enforcement:Policy:Defaults allow. Set Enforcement:PolicyFile or Enforcement:Policy:Scopes.", EventName = nameof(PgOAuthEventIds.PolicyGivesNothing))]
    internal static partial void PolicyGivesNothing(ILogger logger);
}
