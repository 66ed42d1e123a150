namespace PgOAuth.Auditing;

/// <summary>Stage 8: takes the audit records: one for every connection attempt, whatever became of it.</summary>
/// <remarks>Called off the data path, one record at a time per proxy, in order. An exception is logged and counted.</remarks>
public interface IAuditSink
{
    /// <summary>Writes one record.</summary>
    ValueTask WriteAsync(AuditRecord record, CancellationToken cancellationToken);
}
