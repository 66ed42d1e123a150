using System.Text.Unicode;

namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7 of <c>AssumeRole</c> sessions: decides from the text alone whether a Query or Parse message can change who the session is, how
/// the server reads SQL, or the claims. Reads tokens, not grammar, and refuses whatever it does not know. Stateless and thread-safe.
/// </summary>
internal sealed class SessionStateGuard
{
    // Room for the longest name or literal that is compared, escapes included. Longer ones are refused where they would matter.
    private const int BufferBytes = 512;

    private readonly bool _keepsSettings;

    /// <param name="keepsSettings">
    /// Whether the claims were SET on a connection that others use too, instead of being what it began with: RESET ALL would empty them.
    /// </param>
    internal SessionStateGuard(bool keepsSettings = false) => _keepsSettings = keepsSettings;

    /// <summary>Decides on all statements of one message as a whole.</summary>
    /// <param name="sqlUtf8">The text, without the terminating zero.</param>
    internal StatementVerdict Check(ReadOnlySpan<byte> sqlUtf8)
    {
        if (!Utf8.IsValid(sqlUtf8))
        {
            return StatementVerdict.Deny(StatementDenial.NotReadable);
        }

        if (HintRules.SetsProtected(sqlUtf8))
        {
            return StatementVerdict.Deny(StatementDenial.ProtectedSetting);
        }

        Span<byte> buffer = stackalloc byte[BufferBytes];
        var tokens = new SqlTokenizer(sqlUtf8);
        while (true)
        {
            var next = tokens.Peek();
            if (next.Kind is SqlTokenKind.End)
            {
                return StatementVerdict.Allow;
            }

            if (next.IsSymbol(";"u8))
            {
                tokens.Read();
                continue;
            }

            if (KnownCode.TrySkipDumpRestriction(ref tokens))
            {
                continue;
            }

            var verdict = StatementKindRules.Check(tokens, buffer);
            if (next.Kind is SqlTokenKind.Unreadable)
            {
                verdict = StatementVerdict.Deny(StatementDenial.NotReadable);
            }

            if (_keepsSettings && IsResetAll(tokens))
            {
                verdict = StatementVerdict.Deny(StatementDenial.ProtectedSetting);
            }

            if (verdict.IsAllowed)
            {
                verdict = CheckTokens(ref tokens, buffer);
            }

            if (!verdict.IsAllowed)
            {
                return verdict;
            }
        }
    }

    private static bool IsResetAll(SqlTokenizer tokens) => tokens.Read().IsWord("reset"u8) && tokens.Read().IsWord("all"u8);

    // Leaves the tokenizer behind the statement's semicolon.
    private static StatementVerdict CheckTokens(ref SqlTokenizer tokens, scoped Span<byte> buffer)
    {
        var rules = default(TokenRules);
        var statement = default(SqlStatementScope);
        while (true)
        {
            var token = tokens.Read();
            if (token.Kind is SqlTokenKind.Unreadable)
            {
                return StatementVerdict.Deny(StatementDenial.NotReadable);
            }

            if (statement.EndsWith(token))
            {
                return rules.WritesSettingsView ? StatementVerdict.Deny(StatementDenial.SettingsView) : StatementVerdict.Allow;
            }

            var verdict = rules.Check(token, tokens, buffer);
            if (!verdict.IsAllowed)
            {
                return verdict;
            }
        }
    }
}
