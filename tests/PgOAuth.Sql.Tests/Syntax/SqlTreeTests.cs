using System.Text;
using Xunit;

namespace PgOAuth.Sql.Syntax;

public sealed class SqlTreeTests
{
    [Theory]
    [InlineData("select a, b from t", "(SelectStmt (TargetList (ResTarget a) (ResTarget b)) (FromClause t))")]
    [InlineData("select a x from s.t y where b", "(SelectStmt (TargetList (ResTarget a)) (FromClause s.t) (WhereClause b))")]
    [InlineData("values (1, 2), (3)", "(SelectStmt (ValuesList 1 2) (ValuesList 3))")]
    [InlineData("table t", "(SelectStmt * (FromClause t))")]
    [InlineData("select 1 union select 2 union select 3", "(SelectStmt (SelectStmt (SelectStmt (TargetList (ResTarget 1))) (SelectStmt (TargetList (ResTarget 2)))) (SelectStmt (TargetList (ResTarget 3))))")]
    [InlineData("select 1 union select 2 intersect select 3", "(SelectStmt (SelectStmt (TargetList (ResTarget 1))) (SelectStmt (SelectStmt (TargetList (ResTarget 2))) (SelectStmt (TargetList (ResTarget 3)))))")]
    [InlineData("select 1 union (select 2 except select 3)", "(SelectStmt (SelectStmt (TargetList (ResTarget 1))) (SelectStmt (SelectStmt (TargetList (ResTarget 2))) (SelectStmt (TargetList (ResTarget 3)))))")]
    public void Statement_HasItsPartsAsChildren(string sql, string shape) => Assert.Equal(shape, Shape.OfStatement(sql));

    [Fact]
    public void Joins_WithoutBrackets_LeanToTheLeft()
    {
        Assert.Equal(
            "(JoinExpr (JoinExpr a b p) c q)",
            From("select from a join b on p join c on q"));
        Assert.Equal(
            "(JoinExpr a (JoinExpr b c q) p)",
            From("select from a join b join c on q on p"));
        Assert.Equal(
            "(JoinExpr (JoinExpr a b) (JoinExpr c d UsingColumn))",
            From("select from a cross join b natural join (c join d using (x))"));
    }

    [Fact]
    public void Nodes_StandInPostOrderAndWithinTheirParents()
    {
        var parser = new SqlParser();
        foreach (var sql in new[]
        {
            "with recursive x as (select 1 union all select n + 1 from x where n < 10) select * from x order by 1 limit 5 for update",
            "insert into s.t (a, b) values (1, default), ($1, f(x => 2)) on conflict (a) do update set b = excluded.b where t.a in (select a from u) returning *",
            "select sum(a) filter (where b) over (partition by c order by d rows between 1 preceding and current row) from t, lateral (select 1) l group by grouping sets ((a), ())",
        })
        {
            Assert.True(parser.Parse(Encoding.UTF8.GetBytes(sql)), parser.Error);
            var root = parser.Statements[0].Root;
            Assert.Equal(0, parser.Nodes[root].First);
            Assert.Null(Trees.Check(parser, root));
        }
    }

    [Fact]
    public void Statements_OfAText_HaveTheirPlaces()
    {
        var parser = new SqlParser();
        var text = " /* é */ select 1 ; ; (select 2)--x\n;begin"u8;

        Assert.True(parser.Parse(text));
        Assert.Equal(
            [(SqlNodeKind.SelectStmt, 10, 9), (SqlNodeKind.SelectStmt, 23, 14), (SqlNodeKind.TransactionStmt, 38, 5)],
            parser.Statements.ToArray().Select(static statement => (statement.Kind, statement.Location, statement.Length)));
    }

    [Fact]
    public void Parser_AfterAnError_IsAsGoodAsNew()
    {
        var parser = new SqlParser();

        Assert.False(parser.Parse("select 1; select from from"u8));
        Assert.True(parser.Statements.IsEmpty);
        Assert.Equal(("syntax error", 22), (parser.Error, parser.ErrorPosition));
        Assert.True(parser.Parse("select 1"u8));
        Assert.Null(parser.Error);
        Assert.Equal(1, parser.Statements.Length);
    }

    [Fact]
    public void Buffers_OfALongText_AreLetGoOf()
    {
        var parser = new SqlParser();
        Assert.True(parser.Parse(Encoding.UTF8.GetBytes("select 1" + string.Concat(Enumerable.Repeat(",1", 100_000)))));
        Assert.True(parser.Tokens.Length > 200_000);

        Assert.True(parser.Parse("select 1"u8));
        Assert.InRange(parser.Tokens.Length, 1, 1024);
        Assert.InRange(parser.Nodes.Length, 1, 1024);
    }

    private static string From(string sql)
    {
        var shape = Shape.OfStatement(sql);
        const string Prefix = "(FromClause ";
        var start = shape.IndexOf(Prefix, StringComparison.Ordinal) + Prefix.Length;
        return shape[start..^2];
    }
}
