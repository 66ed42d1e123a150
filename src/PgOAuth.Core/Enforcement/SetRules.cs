using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>Which SET and RESET may pass (stage 7).</summary>
internal static class SetRules
{
    /// <param name="tokens">Of the whole statement.</param>
    /// <param name="keepsSettings">See <see cref="SessionStateGuard"/>.</param>
    internal static StatementVerdict Check(in StatementTokens tokens, bool keepsSettings)
    {
        var clause = SettingClause.Of(tokens);
        return clause.Form switch
        {
            SettingForm.Name => CheckNamed(clause, tokens),
            // Leaves the role alone, and the proxy gave the session's settings at startup: that is what they go back to.
            SettingForm.All => keepsSettings ? StatementVerdict.Deny(StatementDenial.ProtectedSetting) : StatementVerdict.Allow,
            SettingForm.Role => StatementVerdict.Deny(StatementDenial.RoleChange),
            SettingForm.SessionAuthorization => CheckAuthorization(clause, tokens),
            SettingForm.Names => clause.Value == tokens.Count ? StatementVerdict.Allow : CheckValue(tokens, clause.Value, "client_encoding"u8),
            SettingForm.SessionCharacteristics or SettingForm.Transaction or SettingForm.TimeZone or SettingForm.Schema or SettingForm.Xml =>
                StatementVerdict.Allow,
            _ => StatementVerdict.Deny(StatementDenial.StatementKind),
        };
    }

    /// <summary>Whether a setting may be given a value at all.</summary>
    internal static StatementVerdict CheckName(ReadOnlySpan<byte> name) =>
        ProtectedSettings.IsRole(name) ? StatementVerdict.Deny(StatementDenial.RoleChange)
        : ProtectedSettings.IsProtected(name) ? StatementVerdict.Deny(StatementDenial.ProtectedSetting)
        : StatementVerdict.Allow;

    // The one that says DEFAULT is what DISCARD ALL does too: it goes back to the login and to the role of the startup message. Npgsql
    // sends it whenever a pooled connection is handed back.
    private static StatementVerdict CheckAuthorization(in SettingClause clause, in StatementTokens tokens) =>
        !clause.IsReset && !clause.IsLocal && tokens[clause.Value] is T.Default && clause.Value + 1 == tokens.Count
            ? StatementVerdict.Allow
            : StatementVerdict.Deny(StatementDenial.RoleChange);

    private static StatementVerdict CheckNamed(in SettingClause clause, in StatementTokens tokens)
    {
        Span<byte> buffer = stackalloc byte[SettingClause.MaxNameBytes];
        if (!clause.TryReadName(buffer, out var name))
        {
            return StatementVerdict.Deny(StatementDenial.StatementKind);
        }

        var verdict = CheckName(name);
        if (!verdict.IsAllowed || clause.IsReset || !ProtectedSettings.IsRestricted(name))
        {
            return verdict;
        }

        return clause.IsFromCurrent ? StatementVerdict.Deny(StatementDenial.ProtectedSetting) : CheckValue(tokens, clause.Value, name);
    }

    private static StatementVerdict CheckValue(in StatementTokens tokens, int index, ReadOnlySpan<byte> name)
    {
        // DEFAULT is the value that the proxy sent at startup.
        Span<byte> buffer = stackalloc byte[StatementTokens.NameBytes];
        return index + 1 == tokens.Count
            && (tokens[index] is T.Default || (tokens.TryValue(index, buffer, out var value) && ProtectedSettings.IsSafeValue(name, value)))
            ? StatementVerdict.Allow
            : StatementVerdict.Deny(StatementDenial.ProtectedSetting);
    }
}
