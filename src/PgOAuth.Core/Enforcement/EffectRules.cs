using PgOAuth.Sql;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>
/// Reads from a text what it can leave behind on a server connection (stage 7), and takes what it does not know for something that is left
/// behind. Runs once per text, when <see cref="StatementCache"/> does not know it.
/// </summary>
internal static class EffectRules
{
    /// <summary>Reads the text as a whole.</summary>
    /// <param name="sql">The text, without the terminating zero.</param>
    /// <param name="parsed">What parsed this very text last.</param>
    internal static StatementReading Read(ReadOnlySpan<byte> sql, SqlParser parsed)
    {
        if (parsed.Error is not null)
        {
            return new StatementReading(OfUnparsed(new StatementTokens(sql, parsed.Tokens.AsSpan(0, parsed.TokenCount))));
        }

        var effects = SessionEffects.None;
        foreach (ref readonly var statement in parsed.Statements)
        {
            var tokens = StatementTokens.Of(sql, parsed, statement);
            effects |= OfKind(statement.Kind, tokens) | EffectTokens.Of(tokens);
        }

        return FormRules.Read(sql, parsed, effects);
    }

    private static SessionEffects OfKind(SqlNodeKind kind, in StatementTokens tokens) => kind switch
    {
        SqlNodeKind.VariableSetStmt => SettingEffects.OfStatement(tokens),
        SqlNodeKind.DiscardStmt => tokens[1] is T.All ? SessionEffects.Unprepares | SessionEffects.Resets : SessionEffects.None,
        SqlNodeKind.DoStmt => OfCode(tokens),
        SqlNodeKind.TransactionStmt => tokens[0] is T.Prepare ? SessionEffects.Touched : SessionEffects.None,
        // ALTER EXTENSION … SET SCHEMA is one of many statements of its kind.
        _ when tokens[0] is T.Alter && tokens[1] is T.Extension => SessionEffects.Tainted,
        _ => StatementKindTable.Of(kind).Effects,
    };

    // The server's version may accept what the grammar does not know: what stands in it is looked for all the same.
    private static SessionEffects OfUnparsed(in StatementTokens tokens)
    {
        var effects = StatementKindTable.Unknown | EffectTokens.Of(tokens);
        var first = 0;
        for (var i = 0; i <= tokens.Count; i++)
        {
            if (tokens[i] is T.Semicolon or T.EndOfText)
            {
                effects |= OfWords(tokens.Slice(first, i - first));
                first = i + 1;
            }
        }

        return effects;
    }

    private static SessionEffects OfWords(in StatementTokens tokens) => tokens[0] switch
    {
        T.Set or T.Reset => SettingEffects.OfStatement(tokens),
        T.Create or T.Alter when tokens[1] is T.Extension => SessionEffects.Tainted,
        T.Load => SessionEffects.Tainted,
        T.Do => OfCode(tokens),
        _ => SessionEffects.None,
    };

    // DO: what its code names is looked for as if it stood outside. Other languages keep variables of their own for the whole session.
    private static SessionEffects OfCode(in StatementTokens tokens)
    {
        var effects = StatementKindTable.Unknown;
        Span<byte> buffer = stackalloc byte[StatementTokens.NameBytes];
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens[i] is T.Language)
            {
                i++;
                effects |= tokens.TryValue(i, buffer, out var language) && System.Text.Ascii.EqualsIgnoreCase(language, "plpgsql"u8)
                    ? SessionEffects.None
                    : SessionEffects.Tainted;
            }
            else if (tokens[i] is T.SConst && tokens.Raw(i)[0] == '$' && tokens.TryLiteral(i, out var code))
            {
                effects |= OfBody(code);
            }
            else
            {
                // Code with its quotes doubled, or nothing that can be read.
                return effects | SessionEffects.Tainted;
            }
        }

        return effects;
    }

    private static SessionEffects OfBody(ReadOnlySpan<byte> code)
    {
        var lexer = new SqlLexer(code, new SqlToken[64]);
        if (!lexer.Run())
        {
            return SessionEffects.Tainted;
        }

        var body = new StatementTokens(code, lexer.Tokens.AsSpan(0, lexer.Count));
        for (var i = 0; i < body.Count; i++)
        {
            // The statements of a block begin anywhere.
            if (body[i] is T.Load or T.Extension or T.Set)
            {
                return SessionEffects.Tainted;
            }
        }

        return EffectTokens.Of(body);
    }
}
