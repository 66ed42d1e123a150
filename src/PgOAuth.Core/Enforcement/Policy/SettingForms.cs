using LexToken = PgOAuth.Sql.Lexing.SqlToken;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>The forms of SET, RESET and SHOW that name no single setting (stage 7).</summary>
internal static class SettingForms
{
    internal static bool IsReset(ReadOnlySpan<LexToken> words) => At(words, 0) is T.Reset;

    internal static bool IsShowAll(ReadOnlySpan<LexToken> words) => At(words, 0) is T.Show && At(words, 1) is T.All;

    /// <summary>RESET ALL, SET TRANSACTION, SET SESSION CHARACTERISTICS.</summary>
    internal static bool IsSessionCommand(ReadOnlySpan<LexToken> words)
    {
        if (IsReset(words))
        {
            return At(words, 1) is T.All;
        }

        var word = At(words, 1) is T.Local or T.Session && At(words, 2) is not T.Characteristics ? 2 : 1;
        return At(words, 0) is T.Set
            && (At(words, word) is T.Transaction || (At(words, word) is T.Session && At(words, word + 1) is T.Characteristics));
    }

    private static T At(ReadOnlySpan<LexToken> words, int index) => (uint)index < (uint)words.Length ? words[index].Kind : T.EndOfText;
}
