namespace PgOAuth.Auditing;

/// <summary>Stage 8: one place in the <see cref="AuditQueue"/>: a record of a connection, or what makes one of a statement. A value, so that statements cost no memory.</summary>
internal readonly struct AuditEntry
{
    private readonly StatementAuditSubject? _subject;
    private readonly StatementEvidence? _evidence;
    private readonly string? _reason;
    private readonly StatementAuditVerdict _verdict;
    private readonly DateTimeOffset _timestamp;

    internal AuditEntry(AuditRecord connection) => Connection = connection;

    internal AuditEntry(StatementAuditSubject subject, StatementEvidence evidence, StatementAuditVerdict verdict, string reason, DateTimeOffset timestamp)
    {
        _subject = subject;
        _evidence = evidence;
        _verdict = verdict;
        _reason = reason;
        _timestamp = timestamp;
    }

    /// <summary>The record of a connection; null when it is about a statement.</summary>
    internal AuditRecord? Connection { get; }

    internal bool IsStatement => _subject is not null;

    internal long SessionId => Connection?.SessionId ?? _subject?.SessionId ?? 0;

    /// <summary>The record of a statement. Only for entries that are one.</summary>
    internal StatementAuditRecord ToStatementRecord() => new()
    {
        Timestamp = _timestamp,
        ProxyName = _subject!.ProxyName,
        SessionId = _subject.SessionId,
        Verdict = _verdict,
        Reason = _reason!,
        Issuer = _subject.Issuer,
        Subject = _subject.Subject,
        TokenId = _subject.TokenId,
        ClientId = _subject.ClientId,
        Role = _subject.Role,
        Server = _subject.Server,
        Database = _subject.Database,
        PolicyVersion = _evidence!.PolicyVersion,
        Statements = _evidence.Statements,
        HasMoreStatements = _evidence.HasMore,
        TextLength = _evidence.TextLength,
    };
}
