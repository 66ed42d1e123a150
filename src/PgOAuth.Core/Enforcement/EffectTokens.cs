using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>What <see cref="EffectRules"/> looks for in every statement of any kind, at any depth: functions and words that leave state (stage 7).</summary>
internal static class EffectTokens
{
    /// <summary>Reads all tokens.</summary>
    internal static SessionEffects Of(in StatementTokens tokens)
    {
        Span<byte> buffer = stackalloc byte[StatementTokens.NameBytes];
        var effects = SessionEffects.None;
        var namesSettingsView = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            switch (tokens[i])
            {
                case T.Ident:
                    var traits = KnownNames.Of(tokens, i, buffer);
                    if (traits is not NameTraits.None)
                    {
                        namesSettingsView |= (traits & NameTraits.SettingsView) != 0;
                        effects |= OfName(traits, tokens, i);
                    }

                    break;
                case T.Temp or T.Temporary when tokens[i - 1] is T.Create or T.Replace or T.Into or T.Local or T.Global:
                case T.Hold when tokens[i - 1] is T.With:
                    effects |= SessionEffects.Touched;
                    break;
                case T.Set when namesSettingsView:
                    // UPDATE pg_settings SET setting = … sets any setting.
                    effects |= SessionEffects.Tainted;
                    break;
            }
        }

        return effects;
    }

    private static SessionEffects OfName(NameTraits traits, in StatementTokens tokens, int index)
    {
        if ((traits & NameTraits.Temporary) != 0)
        {
            return SessionEffects.Touched;
        }

        if (tokens[index + 1] is not T.LeftParen)
        {
            return SessionEffects.None;
        }

        return (traits & NameTraits.SetConfig) != 0 ? SettingEffects.OfSetConfig(tokens, index + 2)
            : (traits & NameTraits.Lasting) != 0 ? SessionEffects.Tainted
            : (traits & NameTraits.SessionLock) != 0 ? SessionEffects.Touched
            : SessionEffects.None;
    }
}
