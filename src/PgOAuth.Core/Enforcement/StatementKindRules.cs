using PgOAuth.Sql;
using PgOAuth.Sql.Syntax;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>Which statements may pass, by their kind and that of every statement inside them (stage 7).</summary>
internal static class StatementKindRules
{
    /// <summary>Judges one statement of the text.</summary>
    internal static StatementVerdict Check(ReadOnlySpan<byte> sql, SqlParser parsed, int root, bool keepsSettings)
    {
        var nodes = parsed.Nodes;
        var verdict = CheckOne(nodes[root].Kind, StatementTokens.Of(sql, parsed, root), keepsSettings);
        for (var node = nodes[root].First; node < root && verdict.IsAllowed; node++)
        {
            if (SqlStatementNames.IsStatement(nodes[node].Kind))
            {
                verdict = CheckOne(nodes[node].Kind, StatementTokens.Of(sql, parsed, node), keepsSettings);
            }
        }

        return verdict;
    }

    private static StatementVerdict CheckOne(SqlNodeKind kind, in StatementTokens tokens, bool keepsSettings) =>
        StatementKindTable.Of(kind).Rule switch
        {
            KindRule.Allowed => StatementVerdict.Allow,
            KindRule.Code => StatementVerdict.Deny(StatementDenial.CodeBlock),
            KindRule.Altered => CheckAltered(tokens),
            KindRule.Defined => AllowIf(IsHarmlessDefinition(tokens)),
            KindRule.Schema => AllowIf(!HoldsObjects(tokens)),
            KindRule.Extension => AllowIf(KnownCode.IsHarmlessExtension(tokens)),
            KindRule.Transaction => AllowIf(tokens[0] is not T.Prepare && !(tokens[1] is T.Prepared && tokens[2] is T.SConst)),
            KindRule.Setting => SetRules.Check(tokens, keepsSettings),
            KindRule.Block => KnownCode.IsSchemaCreation(tokens) ? StatementVerdict.Allow : StatementVerdict.Deny(StatementDenial.CodeBlock),
            _ => StatementVerdict.Deny(StatementDenial.StatementKind),
        };

    // Renames, owners, schemas and the like are one kind for all objects.
    private static StatementVerdict CheckAltered(in StatementTokens tokens) => tokens[1] switch
    {
        T.Function or T.Procedure or T.Routine => StatementVerdict.Deny(StatementDenial.CodeBlock),
        T.Table or T.View or T.Materialized or T.Index or T.Sequence or T.Schema or T.Type or T.Domain or T.Trigger or T.Rule or T.Policy
            or T.Statistics or T.Collation or T.Text or T.Large => StatementVerdict.Allow,
        _ => StatementVerdict.Deny(StatementDenial.StatementKind),
    };

    // Not AGGREGATE, OPERATOR, TEXT SEARCH PARSER and TEMPLATE: they name functions.
    private static bool IsHarmlessDefinition(in StatementTokens tokens) =>
        tokens[1] is T.Type or T.Collation || (tokens[1] is T.Text && tokens[3] is T.Dictionary or T.Configuration);

    // Which commands CREATE SCHEMA may hold depends on the server's version.
    private static bool HoldsObjects(in StatementTokens tokens)
    {
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens[i] is T.Create)
            {
                return true;
            }
        }

        return false;
    }

    private static StatementVerdict AllowIf(bool allowed) =>
        allowed ? StatementVerdict.Allow : StatementVerdict.Deny(StatementDenial.StatementKind);
}
