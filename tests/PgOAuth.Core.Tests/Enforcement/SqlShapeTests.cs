using System.Text;
using PgOAuth.Sql;
using PgOAuth.Testing.Enforcement;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class SqlShapeTests
{
    [Theory]
    [InlineData("SELECT abalance FROM pgbench_accounts WHERE aid = 12345;", "SELECT abalance FROM pgbench_accounts WHERE aid = 0;")]
    [InlineData("select 1", "select 0")]
    [InlineData("12,34 , 5", "0,0 , 0")]
    [InlineData("select -17 limit 10 offset 20", "select -0 limit 0 offset 0")]
    [InlineData("select a1 from t2 where x = 3", "select a1 from t2 where x = 0")]
    public void Shape_OfPlainIntegers_IsZero(string sql, string shape) => Assert.Equal(shape, Shape(sql));

    [Theory]
    [InlineData("select 1.5")]
    [InlineData("select 0x1F")]
    [InlineData("select 12abc")]
    [InlineData("select 1e5")]
    [InlineData("select 1_000")]
    [InlineData("select a1")]
    [InlineData("select a")]
    [InlineData("select '1', 2")]
    [InlineData("select \"1\", 2")]
    [InlineData("select $1, 2")]
    [InlineData("select $$1$$, 2")]
    [InlineData("select 2 -- 1")]
    [InlineData("select 2 /* 1 */")]
    [InlineData("select 2, E\\1")]
    [InlineData("select é, 2")]
    [InlineData("select\v2")]
    [InlineData("select x::float(24)")]
    [InlineData("select x::FLOAT ( 24 )")]
    [InlineData("alter index i alter column 3 set statistics default")]
    [InlineData("alter index i ALTER 3 set statistics default")]
    public void Shape_OfAnythingElse_IsNotTaken(string sql) => Assert.Null(Shape(sql));

    [Fact]
    public void Shape_OfEveryTextOfTheCorpus_IsReadAsTheTextIs()
    {
        Assert.SkipWhen(SqlCorpus.Path is null, "The SQL corpus is not beside the repository.");
        var (parsed, ofShape) = (new SqlParser(), new SqlParser());
        var guard = new SessionStateGuard();
        var shapes = 0;
        foreach (var sql in SqlCorpus.Read().Select(static entry => entry.GetProperty("sql").GetString()!))
        {
            if (parsed.Parse(Encoding.UTF8.GetBytes(sql)) && Shape(sql) is { } shape)
            {
                shapes++;
                Assert.True(ofShape.Parse(Encoding.UTF8.GetBytes(shape)), sql);
                Assert.Equal(parsed.Statements.ToArray().Select(static one => one.Kind), ofShape.Statements.ToArray().Select(static one => one.Kind));
                Assert.Equal(EffectRules.Read(Encoding.UTF8.GetBytes(sql), parsed), EffectRules.Read(Encoding.UTF8.GetBytes(shape), ofShape));
                Assert.True(guard.Check(Encoding.UTF8.GetBytes(sql), parsed).IsAllowed || !guard.Check(Encoding.UTF8.GetBytes(shape), ofShape).IsAllowed, sql);
            }
        }

        Assert.True(shapes > 5_000, $"only {shapes} texts have a shape");
    }

    [Fact]
    public void Shape_OfAPrecision_KeepsIt() => Assert.Equal("select x::float(24) limit 0", Shape("select x::float(24) limit 7"));

    [Fact]
    public void Verdict_OfTheShape_IsTheTexts()
    {
        var random = new Random(7);
        string[] words =
        [
            "select", "set", "reset", "role", "set_config", "(", ")", ",", ";", "1", "22", "333", "4.5", "0x1", "a1", "from", "t", "=", "-", "+",
            "local", "to", "statement_timeout", "limit", "true", "false", "do", "listen", "c", "begin", "commit", "*", "/", "prepare", "as", "1a", ".", "5.", "_6",
        ];
        var guard = new ParsingGuard();
        for (var i = 0; i < 20_000; i++)
        {
            var sql = string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)]));
            if (Shape(sql) is { } shape)
            {
                Assert.Equal(guard.Check(Encoding.UTF8.GetBytes(sql)).ToString(), guard.Check(Encoding.UTF8.GetBytes(shape)).ToString());
                Assert.Equal(guard.Read(Encoding.UTF8.GetBytes(sql)).Effects, guard.Read(Encoding.UTF8.GetBytes(shape)).Effects);
            }
        }
    }

    [Fact]
    public void Queries_ThatDifferInAKey_AreJudgedOnce()
    {
        var cache = new StatementCache(new SessionStateGuard());

        Assert.Same(cache.GetQuery("select 1 from t where id = 17"u8), cache.GetQuery("select 1 from t where id = 4711"u8));
        Assert.Equal(1, cache.Count);
    }

    private static string? Shape(string sql)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        var shape = new byte[bytes.Length];
        return SqlShape.TryWrite(bytes, shape, out var length) ? Encoding.UTF8.GetString(shape, 0, length) : null;
    }
}
