namespace PgOAuth.Options;

/// <summary>Stage 8: what is audited, and the queue between sessions and audit sinks.</summary>
public sealed class AuditingOptions
{
    /// <summary>Records that may wait for the sinks.</summary>
    /// <value>Default: 10,000.</value>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>What happens when the queue is full.</summary>
    /// <value>Default: <see cref="AuditOverflow.RefuseConnections"/>.</value>
    public AuditOverflow Overflow { get; set; } = AuditOverflow.RefuseConnections;

    /// <summary>
    /// Which statements are audited, where the gate is on. <see cref="StatementAudit.All"/> writes a record for every judged statement,
    /// so size the sinks and <see cref="QueueCapacity"/> by statements a second.
    /// </summary>
    /// <value>Default: <see cref="StatementAudit.Refused"/>.</value>
    public StatementAudit Statements { get; set; } = StatementAudit.Refused;
}
