using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>What is looked for in every statement of any kind, at any depth: names that reach settings or run text as SQL (stage 7).</summary>
internal static class TokenRules
{
    /// <summary>Judges all tokens of a statement.</summary>
    internal static StatementVerdict Check(in StatementTokens tokens)
    {
        Span<byte> buffer = stackalloc byte[StatementTokens.NameBytes];
        var namesSettingsView = false;
        var writes = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] is not T.Ident)
            {
                writes |= tokens[i] is T.Update or T.Insert or T.Merge or T.Delete or T.Create or T.Alter or T.Into;
                continue;
            }

            var traits = KnownNames.Of(tokens, i, buffer);
            if (traits is NameTraits.None)
            {
                continue;
            }

            var verdict = CheckName(traits, tokens, i);
            if (!verdict.IsAllowed)
            {
                return verdict;
            }

            namesSettingsView |= (traits & NameTraits.SettingsView) != 0;
        }

        return namesSettingsView && writes ? StatementVerdict.Deny(StatementDenial.SettingsView) : StatementVerdict.Allow;
    }

    private static StatementVerdict CheckName(NameTraits traits, in StatementTokens tokens, int index) =>
        (traits & NameTraits.SetConfig) != 0 ? CheckSetConfig(tokens, index + 1)
        : (traits & NameTraits.SqlAsText) != 0 ? StatementVerdict.Deny(StatementDenial.SqlAsText)
        : (traits & NameTraits.Role) != 0 && tokens[index + 1] is T.LeftParen ? StatementVerdict.Deny(StatementDenial.RoleChange)
        : StatementVerdict.Allow;

    // Only set_config('literal', …): every other form may turn out to name any setting.
    private static StatementVerdict CheckSetConfig(in StatementTokens tokens, int bracket)
    {
        if (tokens[bracket] is not T.LeftParen
            || tokens[bracket + 2] is not T.Comma
            || !tokens.TryLiteral(bracket + 1, out var name)
            || name.Length > SettingClause.MaxNameBytes)
        {
            return StatementVerdict.Deny(StatementDenial.ComputedSetting);
        }

        var verdict = SetRules.CheckName(name);
        if (!verdict.IsAllowed || !ProtectedSettings.IsRestricted(name))
        {
            return verdict;
        }

        return tokens[bracket + 4] is T.Comma && tokens.TryLiteral(bracket + 3, out var value) && ProtectedSettings.IsSafeValue(name, value)
            ? StatementVerdict.Allow
            : StatementVerdict.Deny(StatementDenial.ProtectedSetting);
    }
}
