using PgOAuth.Options;

namespace PgOAuth.Auditing;

/// <summary>Stage 8: writes down what the gate decides on the statements of one session.</summary>
internal sealed class StatementAuditor
{
    private readonly AuditQueue _queue;
    private readonly StatementAuditSubject _subject;
    private readonly bool _all;
    private readonly TimeProvider _time;

    private StatementAuditor(AuditQueue queue, StatementAuditSubject subject, TimeProvider time)
    {
        _queue = queue;
        _subject = subject;
        _all = queue.Statements is StatementAudit.All;
        _time = time;
    }

    /// <returns>Null when no statement is audited.</returns>
    internal static StatementAuditor? Create(AuditQueue queue, StatementAuditSubject subject, TimeProvider time) =>
        queue.Statements is StatementAudit.None ? null : new StatementAuditor(queue, subject, time);

    /// <summary>Whether such a decision is to be written down.</summary>
    internal bool Wants(bool isRefused) => isRefused || _all;

    /// <summary>Writes a decision down; false when it could not be and must therefore not be acted upon.</summary>
    internal bool TryAdd(StatementEvidence evidence, StatementAuditVerdict verdict, string reason) =>
        _queue.TryAdd(new AuditEntry(_subject, evidence, verdict, reason, _time.GetUtcNow()));
}
