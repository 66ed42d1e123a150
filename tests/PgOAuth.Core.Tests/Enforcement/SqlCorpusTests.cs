using System.Text;
using System.Text.Json;
using PgOAuth.Sql;
using PgOAuth.Sql.Lexing;
using PgOAuth.Testing.Enforcement;
using Xunit;

namespace PgOAuth.Enforcement;

/// <summary>The guard against PostgreSQL's own parser, over tens of thousands of statements of real programs and mutations of them.</summary>
public sealed class SqlCorpusTests(ITestOutputHelper output)
{
    private static readonly HashSet<string> _neverAllowed =
    [
        "AlterDatabaseSetStmt", "AlterDatabaseStmt", "AlterEventTrigStmt", "AlterExtensionContentsStmt", "AlterExtensionStmt", "AlterFdwStmt",
        "AlterForeignServerStmt", "AlterFunctionStmt", "AlterRoleSetStmt", "AlterRoleStmt", "AlterSubscriptionStmt", "AlterSystemStmt",
        "AlterUserMappingStmt", "CreateAmStmt", "CreateCastStmt", "CreateConversionStmt", "CreateEventTrigStmt", "CreateFdwStmt",
        "CreateForeignServerStmt", "CreateFunctionStmt", "CreateOpClassStmt", "CreateOpFamilyStmt", "CreatePLangStmt", "CreateRoleStmt",
        "CreateSubscriptionStmt", "CreateTransformStmt", "CreateUserMappingStmt", "DropOwnedStmt", "DropRoleStmt", "GrantRoleStmt",
        "ImportForeignSchemaStmt", "LoadStmt", "ReassignOwnedStmt", "SecLabelStmt",
    ];

    private static readonly HashSet<string> _executeText =
        ["query_to_xml", "query_to_xmlschema", "query_to_xml_and_xmlschema", "ts_stat", "ts_rewrite", "crosstab", "connectby", "xpath_table", "dblink"];

    [Fact]
    public void Corpus_AgainstPostgresParser_SplitsAndJudgesAlike()
    {
        Assert.SkipWhen(SqlCorpus.Path is null, "The SQL corpus is not beside the repository.");
        var guard = new SessionStateGuard();
        var wrong = new List<string>();
        var parser = new SqlParser();
        int accepted = 0, acceptedAllowed = 0, rejected = 0;
        foreach (var entry in SqlCorpus.Read())
        {
            var sql = entry.GetProperty("sql").GetString()!;
            var text = Encoding.UTF8.GetBytes(sql);
            parser.Parse(text);
            var verdict = guard.Check(text, parser);
            var oracle = entry.GetProperty("oracle");
            if (!oracle.GetProperty("ok").GetBoolean())
            {
                rejected++;
                if (verdict.Denial is not StatementDenial.NotReadable)
                {
                    wrong.Add($"{(verdict.IsAllowed ? "allowed" : verdict.Denial)} though PostgreSQL refuses it: {sql}");
                }

                continue;
            }

            accepted++;
            acceptedAllowed += verdict.IsAllowed ? 1 : 0;
            var source = entry.GetProperty("source").GetString()!;
            if (!verdict.IsAllowed && verdict.Denial is not StatementDenial.CodeBlock
                && source.StartsWith("client/", StringComparison.Ordinal) && entry.GetProperty("form").GetString() == "statement")
            {
                wrong.Add($"{verdict.Denial} for a statement of {source}: {sql}");
            }

            var statements = oracle.GetProperty("stmts");
            if (parser.Statements.Length != statements.GetArrayLength())
            {
                wrong.Add($"{parser.Statements.Length} instead of {statements.GetArrayLength()} statements: {sql}");
            }

            CheckRanges(text, parser, wrong);
            if (verdict.IsAllowed)
            {
                foreach (var statement in statements.EnumerateArray())
                {
                    CheckAllowed(statement, sql, wrong);
                }
            }
        }

        output.WriteLine($"accepted by PostgreSQL: {accepted}, of these allowed {acceptedAllowed}; rejected: {rejected}");
        Assert.True(accepted > 10_000, "the corpus is too small to say anything");
        Assert.Empty(wrong.Take(40));
    }

    // Every token but semicolons belongs to a statement, all of whose tokens are looked at.
    private static void CheckRanges(byte[] text, SqlParser parser, List<string> wrong)
    {
        var inside = 0;
        foreach (ref readonly var statement in parser.Statements)
        {
            inside += StatementTokens.Of(text, parser, statement).Count;
        }

        var between = 0;
        var statements = parser.Statements.ToArray();
        for (var i = 0; i < parser.TokenCount; i++)
        {
            between += parser.Tokens[i].Kind is SqlTokenKind.Semicolon && !statements.Any(one => one.Token <= i && i < one.EndToken) ? 1 : 0;
        }

        if (inside + between != parser.TokenCount)
        {
            wrong.Add($"tokens outside of statements: {Encoding.UTF8.GetString(text)}");
        }
    }

    private static void CheckAllowed(JsonElement statement, string sql, List<string> wrong)
    {
        var kind = statement.GetProperty("kind").GetString()!;
        if (_neverAllowed.Contains(kind) || (kind == "DoStmt" && !sql.StartsWith("DO $EF$", StringComparison.Ordinal)))
        {
            wrong.Add($"{kind} allowed: {sql}");
        }

        foreach (var function in statement.GetProperty("functions").EnumerateArray())
        {
            if (_executeText.Contains(function[1].GetString()!))
            {
                wrong.Add($"{function[1]} allowed: {sql}");
            }
        }

        foreach (var relation in statement.GetProperty("writes").EnumerateArray())
        {
            if (relation[1].GetString() == "pg_settings")
            {
                wrong.Add($"write to pg_settings allowed: {sql}");
            }
        }
    }
}
