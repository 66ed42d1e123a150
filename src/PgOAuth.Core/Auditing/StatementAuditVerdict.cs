namespace PgOAuth.Auditing;

/// <summary>What became of a text at the statement gate.</summary>
public enum StatementAuditVerdict
{
    /// <summary>It was not sent on.</summary>
    Refused,

    /// <summary>It was sent on.</summary>
    Allowed,

    /// <summary>It was sent on because the gate only observes; enforced, it would have been refused.</summary>
    Observed,
}
