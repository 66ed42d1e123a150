using System.Buffers;
using System.Text;
using System.Text.Json;
using PgOAuth.Sql.Dump;
using PgOAuth.Sql.Lexing;
using Xunit;

namespace PgOAuth.Sql.Analysis;

/// <summary>What a statement touches, a few of each kind; thousands more are compared with PostgreSQL's answers.</summary>
public sealed class SqlAnalysisTests
{
    [Theory]
    [InlineData("with t as (table t) table t", """[[null,"t"]]""")]
    [InlineData("with recursive t as (table t) table t", "[]")]
    [InlineData("with a as (table b), b as (table a) table b", """[[null,"b"]]""")]
    [InlineData("with recursive a as (table b), b as (table a) table b", "[]")]
    [InlineData("(with x as (select 1) table x) union table x", """[[null,"x"]]""")]
    [InlineData("with x as (select 1) (table x) union table x", "[]")]
    [InlineData("with x as (select 1) select (select max(x) from x), * from (select * from x) q", "[]")]
    [InlineData("select * from (with x as (select 1) table x) q, x", """[[null,"x"]]""")]
    [InlineData("with x as (select 1) table s.x", """[["s","x"]]""")]
    [InlineData("with x as (select 1) table \"X\"", """[[null,"X"]]""")]
    [InlineData("with X as (select 1) table \"x\"", "[]")]
    [InlineData("with x as (select 1) table U&\"\\0078\"", "[]")]
    [InlineData("with x as (with y as (table z) table y) table y", """[[null,"y"],[null,"z"]]""")]
    [InlineData("with x as (select 1) update t set a = 1 from x", "[]")]
    [InlineData("with t as (select 1) insert into t table t", "[]")]
    [InlineData("insert into t with x as (table y) table x", """[[null,"y"]]""")]
    [InlineData("select from only t*, lateral (table u) l, f(v), s.w tablesample system (1)", null)]
    [InlineData("select from only t, lateral (table u) l, f(v), s.w tablesample system (1)", """[["s","w"],[null,"t"],[null,"u"]]""")]
    [InlineData("select from (a join (b left join c.d.e on true) on exists (table f))", """[["d","e","c"],[null,"a"],[null,"b"],[null,"f"]]""")]
    public void Reads_AreTheRelationsThatNoWithItemHides(string sql, string? expected) => Check(sql, "reads", expected);

    [Theory]
    [InlineData("insert into s.t values (1)", """[["s","t"]]""")]
    [InlineData("with x as (delete from t returning *) update u set a = 1", """[[null,"t"],[null,"u"]]""")]
    [InlineData("with t as (select 1) delete from t", """[[null,"t"]]""")]
    [InlineData("merge into t using s on true when matched then delete", """[[null,"t"]]""")]
    [InlineData("select 1 into x from y", """[[null,"x"]]""")]
    [InlineData("copy t from stdin", """[[null,"t"]]""")]
    [InlineData("copy t to stdout", "[]")]
    [InlineData("explain analyze insert into t values (1)", """[[null,"t"]]""")]
    public void Writes_AreTheTargets(string sql, string expected) => Check(sql, "writes", expected);

    [Theory]
    [InlineData("select a, t.b, s.t.c, *, t.*, \"*\"", """[["*"],["\"*\""],["a"],["s","t","c"],["t","*"],["t","b"]]""")]
    [InlineData("select (t.c).x, t.c[1].x, $1.y", """[["t","c"]]""")]
    [InlineData("table t", """[["*"]]""")]
    [InlineData("select 1 from t where a order by b limit (select c)", """[["a"],["b"],["c"]]""")]
    [InlineData("insert into t (a) values (b) on conflict (c) do update set d = excluded.e returning f", """[["b"],["excluded","e"],["f"]]""")]
    [InlineData("select ſecret, SECRET, \"SECRET\"", """[["SECRET"],["secret"],["ſecret"]]""")]
    public void Columns_AreTheReferencesAsWritten(string sql, string expected) => Check(sql, "columns", expected);

    [Theory]
    [InlineData("select f(1), s.g(*), extract(year from d), a at time zone b, trim(both c), a like b escape c", """[["pg_catalog","btrim"],["pg_catalog","extract"],["pg_catalog","like_escape"],["pg_catalog","timezone"],["s","g"],[null,"f"]]""")]
    [InlineData("select coalesce(a), current_date, a + b, a::text, \"F\"()", """[[null,"F"]]""")]
    [InlineData("select * from generate_series(1, 2), rows from (f(), g())", """[[null,"f"],[null,"g"],[null,"generate_series"]]""")]
    public void Functions_AreTheCallsAndWhatSpecialSyntaxCalls(string sql, string expected) => Check(sql, "functions", expected);

    [Theory]
    [InlineData("update s.t set a = 1, (b, c[1]) = row(2, 3)", """[["s","t","a"],["s","t","b"],["s","t","c"]]""")]
    [InlineData("insert into t (a, b.c) select 1, 2 on conflict do nothing", """[[null,"t","a"],[null,"t","b"]]""")]
    [InlineData("copy t (a) from stdin", """[[null,"t","a"]]""")]
    [InlineData("insert into t values (1)", "[]")]
    public void SetColumns_AreTheColumnsNamedAsTargets(string sql, string expected) => Check(sql, "set_columns", expected);

    [Theory]
    [InlineData("select from a natural join b", "natural", "true")]
    [InlineData("select from a join b using (x, \"Y\") as j", "using_columns", """["Y","x"]""")]
    [InlineData("select from a join b on true", "natural", "false")]
    [InlineData("select from a for update of a skip locked for key share", "locks", """["FORKEYSHARE","FORUPDATE"]""")]
    [InlineData("select * from (select from a for share) q for no key update", "locks", """["FORNOKEYUPDATE","FORSHARE"]""")]
    [InlineData("select $2, $1, $10 + $2", "params", "[1,2,10]")]
    [InlineData("select from a as b, c d, e", "aliases", """[["b",null,"a"],["d",null,"c"]]""")]
    [InlineData("with a as (values (1)), b as (delete from t returning 1) table a", "nested", """["DeleteStmt","SelectStmt"]""")]
    [InlineData("with a as (select 1), \"B\" as (with c as (select 1) table c) table a", "ctes", """["B","a","c"]""")]
    public void OtherFields_AreSets(string sql, string field, string expected) => Check(sql, field, expected);

    [Fact]
    public void Accesses_KnowWhereTheyStand()
    {
        var text = "select t.secret from s.t, (select 1 from u) x where f(y) > $1"u8.ToArray();
        var parser = new SqlParser();
        var analysis = new SqlAnalysis();
        Assert.True(parser.Parse(text));
        parser.Analyze(text, parser.Statements[0], analysis);

        Assert.Equal(["s.t", "u"], Places(analysis.Reads));
        Assert.Equal(["t.secret", "y"], Places(analysis.Columns));
        Assert.Equal(["f(y)"], Places(analysis.Functions));
        Assert.Equal(["$1"], Places(analysis.Params));

        IEnumerable<string> Places(SqlIndexList list) =>
            list.Items.ToArray().Select(index => parser.Nodes[index])
                .Select(node => Encoding.UTF8.GetString(text[parser.Tokens[node.Token].Start..parser.Tokens[node.EndToken - 1].End]));
    }

    [Fact]
    public void Settings_AreThoseThatSetResetAndShowName()
    {
        var parser = new SqlParser();
        var analysis = new SqlAnalysis();
        foreach (var (sql, name) in new[] { ("set Work_Mem = 1", "work_mem"), ("reset role", "role"), ("show search_path", "search_path"), ("set local \"a\".b to c", "a") })
        {
            var text = Encoding.UTF8.GetBytes(sql);
            Assert.True(parser.Parse(text), sql);
            parser.Analyze(text, parser.Statements[0], analysis);
            Assert.Equal(1, analysis.Settings.Count);
            Assert.Equal(name, SqlText.Identifier(text, parser.Tokens[parser.Nodes[analysis.Settings[0]].Token]));
        }
    }

    [Fact]
    public void ManyWithItems_AreToldApart()
    {
        // Each reads the one before it and a table; half of the names differ in case only.
        var sql = new StringBuilder("with a0 as (select 1)");
        for (var i = 1; i < 500; i++)
        {
            sql.Append(System.Globalization.CultureInfo.InvariantCulture, $", \"{(i % 2 == 0 ? 'a' : 'A')}{i}\" as (select from \"{(i % 2 == 0 ? 'A' : 'a')}{i - 1}\", a{i})");
        }

        using var answer = Answer(sql.Append(" select 1").ToString());
        var reads = answer.RootElement.GetProperty("stmts")[0].GetProperty("reads").EnumerateArray().Select(static read => read[1].GetString()!).ToHashSet();

        Assert.Equal(Enumerable.Range(1, 499).Select(static i => $"a{i}").ToHashSet(), reads);
    }

    private static void Check(string sql, string field, string? expected)
    {
        using var answer = Answer(sql);
        Assert.Equal(expected is not null, answer.RootElement.GetProperty("ok").GetBoolean());
        if (expected is not null)
        {
            using var wanted = JsonDocument.Parse(expected);
            var actual = answer.RootElement.GetProperty("stmts")[0].GetProperty(field);
            Assert.True(JsonElement.DeepEquals(wanted.RootElement, actual), $"{field} is {actual}");
        }
    }

    private static JsonDocument Answer(string sql)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            new OracleFormat().Write(writer, sql);
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }
}
