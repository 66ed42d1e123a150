using System.Text;
using PgOAuth.Sql;
using PgOAuth.Sql.Syntax;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>Recognizes texts of one statement that concern the proxy's own state (stage 7).</summary>
internal static class FormRules
{
    /// <summary>Adds the form to what was read of the whole text.</summary>
    internal static StatementReading Read(ReadOnlySpan<byte> sql, SqlParser parsed, SessionEffects effects)
    {
        if (parsed.Statements.Length != 1)
        {
            return new StatementReading(effects);
        }

        var root = parsed.Statements[0].Root;
        return parsed.Statements[0].Kind switch
        {
            SqlNodeKind.DiscardStmt when StatementTokens.Of(sql, parsed, root)[1] is T.All => new StatementReading(effects, StatementForm.DiscardAll),
            SqlNodeKind.DeallocateStmt => OfDeallocate(StatementTokens.Of(sql, parsed, root), effects),
            _ => new StatementReading(effects),
        };
    }

    // DEALLOCATE [PREPARE] name; a statement may be called "prepare".
    private static StatementReading OfDeallocate(in StatementTokens tokens, SessionEffects effects)
    {
        var last = tokens.Count - 1;
        if (tokens[last] is T.All)
        {
            return new StatementReading(effects, StatementForm.DeallocateAll);
        }

        Span<byte> buffer = stackalloc byte[StatementTokens.NameBytes];
        return new StatementReading(effects, StatementForm.Deallocate, Encoding.UTF8.GetString(tokens.Name(last, buffer)));
    }
}
