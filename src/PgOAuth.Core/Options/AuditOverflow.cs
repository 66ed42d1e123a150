namespace PgOAuth.Options;

/// <summary>What happens when audit records come faster than the sinks take them.</summary>
public enum AuditOverflow
{
    /// <summary>Connections that could not be audited are refused (fail closed), and so are statements where the gate enforces.</summary>
    RefuseConnections,

    /// <summary>The record is dropped, logged and counted.</summary>
    DropRecord,
}
