namespace PgOAuth.Auditing;

/// <summary>Stage 8: what the audit says of a text, whoever sends it under the same policy. Made once for each judged text that is audited. Immutable.</summary>
/// <param name="Statements">Its statements.</param>
/// <param name="HasMore">Whether some are left out.</param>
/// <param name="PolicyVersion">The policy that judged them; 0 for none.</param>
/// <param name="TextLength">The length of the text in bytes.</param>
internal sealed record StatementEvidence(IReadOnlyList<AuditedStatement> Statements, bool HasMore, long PolicyVersion, int TextLength)
{
    /// <summary>Of what was refused without a look at a text.</summary>
    internal static StatementEvidence None { get; } = new([], false, 0, 0);
}
