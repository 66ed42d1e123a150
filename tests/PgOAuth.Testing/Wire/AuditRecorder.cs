using System.Collections.Concurrent;
using PgOAuth.Auditing;

namespace PgOAuth.Testing.Wire;

/// <summary>Keeps every audit record.</summary>
public sealed class AuditRecorder : IAuditSink
{
    private readonly ConcurrentQueue<AuditRecord> _records = new();

    /// <summary>What was audited, oldest first.</summary>
    public IReadOnlyList<AuditRecord> Records => [.. _records];

    /// <inheritdoc/>
    public ValueTask WriteAsync(AuditRecord record, CancellationToken cancellationToken)
    {
        _records.Enqueue(record);
        return ValueTask.CompletedTask;
    }
}
