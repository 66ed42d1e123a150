using System.Collections.Concurrent;
using PgOAuth.Auditing;

namespace PgOAuth.Testing;

/// <summary>Keeps the audit records of one proxy.</summary>
public sealed class AuditRecorder : IAuditSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<AuditRecord> _records = new();
    private readonly ConcurrentQueue<StatementAuditRecord> _statements = new();

    /// <summary>What was audited, oldest first.</summary>
    public IReadOnlyList<AuditRecord> Records => [.. _records];

    /// <inheritdoc/>
    public ValueTask WriteAsync(AuditRecord record, CancellationToken cancellationToken)
    {
        _records.Enqueue(record);
        return ValueTask.CompletedTask;
    }

    /// <summary>What was audited of statements, oldest first.</summary>
    public IReadOnlyList<StatementAuditRecord> Statements => [.. _statements];

    /// <inheritdoc/>
    public ValueTask WriteAsync(StatementAuditRecord record, CancellationToken cancellationToken)
    {
        _statements.Enqueue(record);
        return ValueTask.CompletedTask;
    }

    /// <summary>As the other, for statements.</summary>
    public async Task<IReadOnlyList<StatementAuditRecord>> WaitForStatementsAsync(int count, CancellationToken cancellationToken)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (_statements.Count < count && DateTime.UtcNow < deadline)
        {
            await Task.Delay(20, cancellationToken);
        }

        return Statements;
    }

    /// <summary>Waits until there are this many records: they are written off the data path, behind what the client sees.</summary>
    public async Task<IReadOnlyList<AuditRecord>> WaitForAsync(int count, CancellationToken cancellationToken)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (_records.Count < count && DateTime.UtcNow < deadline)
        {
            await Task.Delay(20, cancellationToken);
        }

        return Records;
    }
}
