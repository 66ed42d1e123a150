using System.Text;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>What SET, RESET and set_config leave behind (stage 7).</summary>
internal static class SettingEffects
{
    // How far arguments are followed: calls within calls within calls must not be read once for each of them.
    private const int MaxTokens = 32;

    // The settings that every supported server reports whenever they change: the proxy keeps them per client.
    private static KeywordSet Reported => new(" application_name client_encoding datestyle intervalstyle timezone "u8);

    private static KeywordSet TrueLiterals => new(" true t yes y on 1 "u8);

    /// <summary>Reads a SET or RESET.</summary>
    internal static SessionEffects OfStatement(in StatementTokens tokens)
    {
        var clause = SettingClause.Of(tokens);
        return clause.IsReset ? OfReset(clause) : OfSet(clause, tokens);
    }

    /// <summary>Reads the arguments of set_config, the first of which stands at the index.</summary>
    internal static SessionEffects OfSetConfig(in StatementTokens tokens, int index)
    {
        var isLocal = IsLocal(tokens, index);
        return tokens[index + 1] is T.Comma && tokens.TryLiteral(index, out var name)
            ? OfAssignment(name, isLocal, tokens, index + 2)
            : isLocal ? SessionEffects.Touched | SessionEffects.Residue
            : SessionEffects.Tainted;
    }

    private static SessionEffects OfSet(in SettingClause clause, in StatementTokens tokens)
    {
        switch (clause.Form)
        {
            case SettingForm.Transaction or SettingForm.TimeZone:
                return SessionEffects.None;
            case SettingForm.Names:
                return clause.Value == tokens.Count ? SessionEffects.None : OfAssignment("client_encoding"u8, clause.IsLocal, tokens, clause.Value);
            case SettingForm.Name:
                Span<byte> buffer = stackalloc byte[SettingClause.MaxNameBytes];
                return clause.TryReadName(buffer, out var name)
                    ? OfAssignment(name, clause.IsLocal, tokens, clause.Value)
                    : SessionEffects.Touched | SessionEffects.Tainted;
            case SettingForm.Unknown:
                return StatementKindTable.Unknown;
            default:
                // SCHEMA 'pg_temp' makes tables temporary that do not say so.
                return clause.IsLocal && clause.Form is not SettingForm.Schema ? SessionEffects.None : SessionEffects.Touched;
        }
    }

    private static SessionEffects OfReset(in SettingClause clause)
    {
        switch (clause.Form)
        {
            case SettingForm.All:
                return SessionEffects.Touched | SessionEffects.Resets;
            case SettingForm.TimeZone:
                return SessionEffects.None;
            case SettingForm.Name:
                Span<byte> buffer = stackalloc byte[SettingClause.MaxNameBytes];
                return !clause.TryReadName(buffer, out var name) || name.Contains((byte)'.') ? SessionEffects.Tainted
                    : Reported.Contains(name) ? SessionEffects.None
                    : SessionEffects.Touched;
            default:
                return SessionEffects.Touched;
        }
    }

    // The value begins at the index.
    private static SessionEffects OfAssignment(ReadOnlySpan<byte> name, bool isLocal, in StatementTokens tokens, int index)
    {
        if (Ascii.EqualsIgnoreCase(name, "seed"u8))
        {
            return SessionEffects.Tainted;
        }

        if (name.Contains((byte)'.'))
        {
            return isLocal ? SessionEffects.Residue : SessionEffects.Tainted;
        }

        if (ProtectedSettings.IsRestricted(name) && !IsSafe(name, tokens, index))
        {
            // From here on texts mean something else to the server than they do to these rules.
            return SessionEffects.Tainted;
        }

        if (Reported.Contains(name))
        {
            return SessionEffects.None;
        }

        return isLocal && !(Ascii.EqualsIgnoreCase(name, "search_path"u8) && MayNameTemporary(tokens, index))
            ? SessionEffects.None
            : SessionEffects.Touched;
    }

    private static bool IsSafe(ReadOnlySpan<byte> name, in StatementTokens tokens, int index)
    {
        Span<byte> buffer = stackalloc byte[StatementTokens.NameBytes];
        return tokens[index] is T.Default || (tokens.TryValue(index, buffer, out var value) && ProtectedSettings.IsSafeValue(name, value));
    }

    // A search path that begins with pg_temp makes tables temporary that do not say so. Names are seen by EffectTokens, strings are not.
    private static bool MayNameTemporary(in StatementTokens tokens, int index)
    {
        for (var end = index + MaxTokens; index < end; index++)
        {
            switch (tokens[index])
            {
                case T.EndOfText or T.RightParen:
                    return false;
                case T.SConst:
                    if (!tokens.TryLiteral(index, out var path) || ContainsTemporary(path))
                    {
                        return true;
                    }

                    break;
                case T.Comma or T.Dot or T.TypeCast or T.IConst or T.FConst:
                    break;
                default:
                    if (!tokens.IsName(index))
                    {
                        return true;
                    }

                    break;
            }
        }

        return true;
    }

    private static bool ContainsTemporary(ReadOnlySpan<byte> path)
    {
        var word = "pg_temp"u8;
        for (var i = 0; i + word.Length <= path.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(path.Slice(i, word.Length), word))
            {
                return true;
            }
        }

        return false;
    }

    // Whether the last of three arguments is the literal true.
    private static bool IsLocal(in StatementTokens tokens, int index)
    {
        var depth = 0;
        var commas = 0;
        for (var end = index + MaxTokens; index < end; index++)
        {
            switch (tokens[index])
            {
                case T.EndOfText:
                    return false;
                case T.LeftParen or T.LeftBracket:
                    depth++;
                    break;
                case T.RightParen or T.RightBracket:
                    if (--depth < 0)
                    {
                        return false;
                    }

                    break;
                case T.Comma when depth == 0 && ++commas == 2:
                    return tokens[index + 2] is T.RightParen
                        && (tokens[index + 1] is T.True || (tokens.TryLiteral(index + 1, out var value) && TrueLiterals.Contains(value)));
            }
        }

        return false;
    }
}
