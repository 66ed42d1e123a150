namespace PgOAuth.Options;

/// <summary>Stage 8: the queue between sessions and audit sinks.</summary>
public sealed class AuditingOptions
{
    /// <summary>Records that may wait for the sinks.</summary>
    /// <value>Default: 10,000.</value>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>What happens when the queue is full.</summary>
    /// <value>Default: <see cref="AuditOverflow.RefuseConnections"/>.</value>
    public AuditOverflow Overflow { get; set; } = AuditOverflow.RefuseConnections;
}
