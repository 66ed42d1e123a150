using PgOAuth.Sql;

namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7 of <c>AssumeRole</c> sessions: decides from the text alone whether a Query or Parse message can change who the session is, how
/// the server reads SQL, or the claims. What kind of statement it is, the grammar tells; names are looked for among all tokens. Refuses
/// whatever it does not know. Stateless and thread-safe.
/// </summary>
internal sealed class SessionStateGuard
{
    private readonly bool _keepsSettings;

    /// <param name="keepsSettings">
    /// Whether the claims were SET on a connection that others use too, instead of being what it began with: RESET ALL would empty them.
    /// </param>
    internal SessionStateGuard(bool keepsSettings = false) => _keepsSettings = keepsSettings;

    /// <summary>Decides on all statements of one message as a whole.</summary>
    /// <param name="sql">The text, without the terminating zero.</param>
    /// <param name="parsed">What parsed this very text last.</param>
    internal StatementVerdict Check(ReadOnlySpan<byte> sql, SqlParser parsed)
    {
        // PostgreSQL refuses such a text, too; what a later version would accept has not been read.
        if (parsed.Error is not null)
        {
            return StatementVerdict.Deny(StatementDenial.NotReadable);
        }

        if (HintRules.SetsProtected(sql))
        {
            return StatementVerdict.Deny(StatementDenial.ProtectedSetting);
        }

        foreach (ref readonly var statement in parsed.Statements)
        {
            var tokens = StatementTokens.Of(sql, parsed, statement);
            if (KnownCode.IsDumpRestriction(tokens))
            {
                continue;
            }

            var verdict = StatementKindRules.Check(sql, parsed, statement.Root, _keepsSettings);
            if (verdict.IsAllowed)
            {
                verdict = TokenRules.Check(tokens);
            }

            if (!verdict.IsAllowed)
            {
                return verdict;
            }
        }

        return StatementVerdict.Allow;
    }
}
