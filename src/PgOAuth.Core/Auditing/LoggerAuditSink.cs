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

    public ValueTask WriteAsync(StatementAuditRecord record, CancellationToken cancellationToken)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            var what = StatementAuditLine.Describe(record);
            if (record.Verdict is StatementAuditVerdict.Allowed)
            {
                Log.StatementAudited(_logger, record.Subject, record.Role, record.Database, record.Server, what, record.PolicyVersion, record.SessionId, record.ProxyName, record.Issuer, record.ClientId, record.TokenId);
            }
            else
            {
                Log.StatementRefusalAudited(_logger, record.Verdict, record.Reason, record.Subject, record.Role, record.Database, record.Server, what, record.PolicyVersion, record.SessionId, record.ProxyName, record.Issuer, record.ClientId, record.TokenId);
            }
        }

        return ValueTask.CompletedTask;
    }
}
