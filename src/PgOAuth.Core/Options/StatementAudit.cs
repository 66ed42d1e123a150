namespace PgOAuth.Options;

/// <summary>Which judged statements are written to the audit.</summary>
public enum StatementAudit
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those that the policy refuses; with <see cref="GateMode.Observe"/>, those that it would refuse.</summary>
    Refused,

    /// <summary>Every statement, each time it is judged: when it is sent, and when it is prepared, but not each time that a prepared one runs.</summary>
    All,
}
