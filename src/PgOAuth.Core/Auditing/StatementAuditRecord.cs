namespace PgOAuth.Auditing;

/// <summary>One decision of the statement gate on a text. Holds names and verdicts, never a token or a value.</summary>
public sealed record StatementAuditRecord
{
    /// <summary>When it was decided.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The proxy's name; empty for the default one.</summary>
    public required string ProxyName { get; init; }

    /// <summary>The session, as in the log and in the record of its connection.</summary>
    public required long SessionId { get; init; }

    /// <summary>What became of the text.</summary>
    public required StatementAuditVerdict Verdict { get; init; }

    /// <summary>Why: <c>allowed</c>, <c>policy</c>, <c>syntax</c>, <c>role_change</c> or what else refuses a statement.</summary>
    public required string Reason { get; init; }

    /// <summary>The token's issuer.</summary>
    public required string Issuer { get; init; }

    /// <summary>The token's subject.</summary>
    public required string Subject { get; init; }

    /// <summary>The token's <c>jti</c>, or null.</summary>
    public string? TokenId { get; init; }

    /// <summary>The OAuth client, or null.</summary>
    public string? ClientId { get; init; }

    /// <summary>The database role of the session.</summary>
    public required string Role { get; init; }

    /// <summary>The upstream server's name in the configuration.</summary>
    public required string Server { get; init; }

    /// <summary>The database on that server.</summary>
    public required string Database { get; init; }

    /// <summary>The version of the policy that was asked: another one after each change. 0 when none was.</summary>
    public required long PolicyVersion { get; init; }

    /// <summary>The statements of the text; none when it is not SQL, or when what was refused had no text.</summary>
    public required IReadOnlyList<AuditedStatement> Statements { get; init; }

    /// <summary>Whether there are more than <see cref="Statements"/> has room for (64). The one that is refused is always among them.</summary>
    public bool HasMoreStatements { get; init; }

    /// <summary>How long the text is, in bytes.</summary>
    public int TextLength { get; init; }
}
