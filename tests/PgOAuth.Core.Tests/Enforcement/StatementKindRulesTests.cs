using System.Text;
using PgOAuth.Sql.Syntax;
using Xunit;

namespace PgOAuth.Enforcement;

/// <summary>That the table of statements is the grammar's, and that what stands inside a statement is judged as well.</summary>
public sealed class StatementKindRulesTests
{
    private readonly ParsingGuard _guard = new();

    [Fact]
    public void Table_HasAnEntryForEachStatementOfTheGrammar()
    {
        var kinds = Enum.GetValues<SqlNodeKind>();

        Assert.True(kinds.Count(SqlStatementNames.IsStatement) > 100);
        Assert.All(kinds, static kind =>
            Assert.Equal(SqlStatementNames.IsStatement(kind), StatementKindTable.Of(kind).Rule is not KindRule.Unlisted));
    }

    [Fact]
    public void Default_IsNoPermission()
    {
        Assert.Equal(KindRule.Unlisted, default(StatementKindEntry).Rule);
        Assert.Equal(new StatementKindEntry(KindRule.Unlisted, StatementKindTable.Unknown), StatementKindTable.Of((SqlNodeKind)60_000));
        Assert.Equal(SettingForm.Unknown, default);
    }

    [Theory]
    [InlineData("ALTER TABLE t RENAME TO u", null)]
    [InlineData("ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b", null)]
    [InlineData("ALTER TYPE t SET (SEND = f)", null)]
    [InlineData("ALTER INDEX i DEPENDS ON EXTENSION e", null)]
    [InlineData("ALTER LARGE OBJECT 1 OWNER TO app", null)]
    [InlineData("ALTER TEXT SEARCH DICTIONARY d (a = b)", null)]
    [InlineData("ALTER FUNCTION f DEPENDS ON EXTENSION e", "CodeBlock")]
    [InlineData("ALTER PROCEDURE p() OWNER TO app", "CodeBlock")]
    [InlineData("ALTER ROUTINE f RENAME TO g", "CodeBlock")]
    [InlineData("ALTER AGGREGATE a(int) RENAME TO b", "StatementKind")]
    [InlineData("ALTER ROLE a RENAME TO b", "StatementKind")]
    [InlineData("ALTER DATABASE a OWNER TO b", "StatementKind")]
    [InlineData("ALTER FOREIGN TABLE t ADD COLUMN a int", "StatementKind")]
    [InlineData("ALTER EVENT TRIGGER e OWNER TO b", "StatementKind")]
    [InlineData("ALTER EXTENSION e SET SCHEMA s", "StatementKind")]
    [InlineData("ALTER OPERATOR CLASS o USING btree RENAME TO p", "StatementKind")]
    [InlineData("CREATE TYPE t", null)]
    [InlineData("CREATE COLLATION c FROM d", null)]
    [InlineData("CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)", null)]
    [InlineData("CREATE TEXT SEARCH TEMPLATE t (LEXIZE = f)", "StatementKind")]
    [InlineData("CREATE LANGUAGE plpgsql", "StatementKind")]
    [InlineData("CREATE OR REPLACE TRUSTED PROCEDURAL LANGUAGE plpgsql", "StatementKind")]
    [InlineData("CREATE SCHEMA s GRANT SELECT ON t TO u", null)]
    [InlineData("CREATE SCHEMA s CREATE VIEW v AS SELECT 1", "StatementKind")]
    [InlineData("CREATE SCHEMA \"create\"", null)]
    [InlineData("SAVEPOINT prepared", null)]
    [InlineData("RELEASE prepared", null)]
    [InlineData("ROLLBACK TO prepared", null)]
    [InlineData("PREPARE prepared AS SELECT 1", null)]
    [InlineData("RETURN 1", "NotReadable")]
    public void Statement_IsJudgedByItsKindAndWhatItNames(string sql, string? denial) => Assert.Equal(denial, Check(sql));

    [Theory]
    [InlineData("SET SESSION SESSION AUTHORIZATION DEFAULT", null)]
    [InlineData("SET local = 1", null)]
    [InlineData("SET session TO 'x'", null)]
    [InlineData("SET time.zone = 'x'", null)]
    [InlineData("SET names.x TO 'SJIS'", null)]
    [InlineData("SET role.names TO 'SJIS'", null)]
    [InlineData("RESET time.zone", null)]
    [InlineData("SET LOCAL role.x = 1", null)]
    [InlineData("SET SESSION role = 1", "RoleChange")]
    [InlineData("RESET role.x", null)]
    [InlineData("SET client_encoding TO 'UTF8', 'SJIS'", "ProtectedSetting")]
    [InlineData("SET client_encoding FROM CURRENT", "ProtectedSetting")]
    [InlineData("SET client_encoding = E'\\x53JIS'", "ProtectedSetting")]
    [InlineData("SET client_encoding = E'\\x55TF8'", null)]
    [InlineData("SET standard_conforming_strings = -1", "ProtectedSetting")]
    [InlineData("RESET SESSION AUTHORIZATION", "RoleChange")]
    public void Setting_IsJudgedByItsFormNameAndValue(string sql, string? denial) => Assert.Equal(denial, Check(sql));

    private string? Check(string sql) => _guard.Check(Encoding.UTF8.GetBytes(sql)) is { IsAllowed: false } verdict ? verdict.Denial.ToString() : null;
}
