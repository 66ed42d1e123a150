namespace PgOAuth.Auditing;

/// <summary>Stage 8: takes the audit records: one for every connection attempt, whatever became of it, and those of statements.</summary>
/// <remarks>Called off the data path, one record at a time per proxy, in order. An exception is logged and counted.</remarks>
public interface IAuditSink
{
    /// <summary>Writes one record of a connection.</summary>
    ValueTask WriteAsync(AuditRecord record, CancellationToken cancellationToken);

    /// <summary>Writes one record of a statement. A sink that does not implement it takes none.</summary>
    /// <param name="record">What the gate decided; which decisions come is up to <see cref="Options.AuditingOptions.Statements"/>.</param>
    /// <param name="cancellationToken">The proxy stops and waits no longer.</param>
    ValueTask WriteAsync(StatementAuditRecord record, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
