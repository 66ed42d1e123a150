using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;

namespace PgOAuth.Auditing;

/// <summary>Stage 8: writes audit records to the log, category <c>PgOAuth.Audit</c>. Always on.</summary>
internal sealed class LoggerAuditSink : IAuditSink
{
    internal const string Category = "PgOAuth.Audit";

    private readonly ILogger _logger;

    internal LoggerAuditSink(ILoggerFactory loggers) => _logger = loggers.CreateLogger(Category);

    public ValueTask WriteAsync(AuditRecord record, CancellationToken cancellationToken)
    {
        Log.ConnectionAudited(
            _logger, record.Verdict, record.Reason, record.Detail is null ? "" : ": " + record.Detail, record.SessionId, record.ProxyName, record.ClientAddress, record.Issuer,
            record.Subject, record.ClientId, record.TokenId, record.RequestedUser, record.RequestedDatabase, record.Role, record.Server);
        return ValueTask.CompletedTask;
    }
}
