using PgOAuth.Auditing;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Sql.Syntax;
using LexToken = PgOAuth.Sql.Lexing.SqlToken;

namespace PgOAuth.Enforcement;

/// <summary>Puts together what the audit says of a text (stages 7 and 8), in bounded memory: texts come from strangers, and records wait in a queue.</summary>
/// <param name="context">What the text was judged in; null when nothing could be looked up.</param>
/// <param name="length">The length of the text in bytes.</param>
internal sealed class EvidenceBuilder(GateContext? context, int length)
{
    /// <summary>How many statements of a text a record lists.</summary>
    internal const int MaxStatements = 64;

    /// <summary>How many accesses a record lists, over all its statements.</summary>
    internal const int MaxAccesses = 256;

    private readonly List<AuditedStatement> _statements = [];
    private int _room = MaxAccesses;
    private bool _hasRefusal;
    private bool _hasMore;

    /// <summary>One more statement of the text.</summary>
    /// <returns>False when the record is full and nothing that comes can change it.</returns>
    internal bool Add(SqlNodeKind kind, ReadOnlySpan<byte> sql, ReadOnlySpan<LexToken> words, scoped in StatementFacts facts)
    {
        if (_statements.Count >= MaxStatements)
        {
            // Only for the one that the text is refused for there is always a place.
            _hasMore = true;
            if (context is null || _hasRefusal)
            {
                return false;
            }

            if (StatementDecision.Of(context.Grant, facts).IsAllowed)
            {
                return true;
            }
        }

        var trace = new DecisionTrace(_room);
        var isAllowed = context is not null && new StatementJudge(context.Grant, facts, trace).Run().IsAllowed;
        var fingerprint = StatementFingerprint.Of(sql, words);
        var accesses = Read(trace);
        _room = Math.Max(0, _room - trace.Entries.Count);
        _hasRefusal |= !isAllowed;
        _statements.Add(new AuditedStatement
        {
            Kind = SqlStatementNames.Of(kind),
            Fingerprint = fingerprint.HashText,
            Text = fingerprint.Text,
            IsAllowed = isAllowed,
            Accesses = accesses,
            HasMoreAccesses = trace.IsCut,
        });
        return true;
    }

    internal StatementEvidence Build() => new([.. _statements], _hasMore, context?.Grant.Policy.Version ?? 0, length);

    // A table that is named three times is needed once.
    private static StatementAccess[] Read(DecisionTrace trace)
    {
        var seen = new HashSet<(string Need, bool IsAllowed)>();
        var accesses = new List<StatementAccess>();
        foreach (var entry in trace.Entries)
        {
            if (seen.Add((entry.Subject, entry.Refusal is null)))
            {
                accesses.Add(new StatementAccess
                {
                    Need = entry.Subject,
                    IsAllowed = entry.Refusal is null,
                    Rule = entry.Rule?.Name,
                    Scope = entry.Rule?.Scope,
                    Reason = entry.Refusal?.Word,
                    NeededScopes = entry.Refusal?.Scopes ?? [],
                });
            }
        }

        return [.. accesses];
    }
}
