namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>One connection attempt, with its verdict.</summary>
    public const int ConnectionAudited = 8000;

    /// <summary>The audit queue was full.</summary>
    public const int AuditRecordDropped = 8001;

    /// <summary>An audit sink threw.</summary>
    public const int AuditSinkFailed = 8002;

    /// <summary>A statement that was allowed, and why.</summary>
    public const int StatementAudited = 8003;

    /// <summary>A statement that was refused, or would have been if the gate did not only observe, and why.</summary>
    public const int StatementRefusalAudited = 8004;
}
