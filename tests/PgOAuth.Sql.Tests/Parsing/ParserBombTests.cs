using System.Text;
using PgOAuth.Sql.Analysis;
using Xunit;

namespace PgOAuth.Sql.Parsing;

/// <summary>Texts made to exhaust a parser. An exhausted stack would end the host's process, so a failure here is a crashed test run.</summary>
public sealed class ParserBombTests
{
    /// <summary>Opening, what is in the middle, closing; flat ones nest nothing and are accepted at any length.</summary>
    private static readonly Dictionary<string, (string Open, string Core, string Close, bool Flat)> Shapes = new()
    {
        ["brackets"] = ("(", "1", ")", false),
        ["brackets never closed"] = ("(", "1", "", false),
        ["not"] = ("not ", "a", "", false),
        ["minus"] = ("- ", "1", "", false),
        ["prefix operators"] = ("@ ", "1", "", false),
        ["qualified operators"] = ("operator(a.@) ", "1", "", false),
        ["case"] = ("case when ", "a", " then 1 end", false),
        ["case else"] = ("case when a then b else ", "1", " end", false),
        ["sub-selects"] = ("(select ", "1", ")", false),
        ["exists"] = ("exists (select where ", "a", ")", false),
        ["in"] = ("a in (", "1", ")", false),
        ["any"] = ("a = any (", "b", ")", false),
        ["calls"] = ("f(", "1", ")", false),
        ["named arguments"] = ("f(x => ", "1", ")", false),
        ["coalesce"] = ("coalesce(", "1", ")", false),
        ["casts"] = ("cast(", "1", " as int)", false),
        ["arrays"] = ("array[", "1", "]", false),
        ["bare arrays"] = ("array[[", "1", "]]", false),
        ["rows"] = ("row(", "1", ")", false),
        ["subscripts"] = ("a[", "1", "]", false),
        ["right operands"] = ("1 + (", "1", ")", false),
        ["between"] = ("a between 1 and (", "1", ")", false),
        ["windows"] = ("sum(1) over (order by ", "1", ")", false),
        ["filters"] = ("sum(1) filter (where ", "a", ")", false),
        ["xml"] = ("xmlelement(name a, ", "1", ")", false),
        ["json"] = ("json_object('a': ", "1", ")", false),
        ["extract"] = ("extract(year from ", "a", ")", false),
        ["array of selects"] = ("array(select ", "1", ")", false),
        ["derived tables"] = ("1 from (select ", "1", ") q", false),
        ["joins in brackets"] = ("(", "a join b on c", ")", false),
        ["grouping sets"] = ("grouping sets (", "1", ")", false),
        ["sums"] = ("1+", "1", "", true),
        ["and"] = ("a and ", "b", "", true),
        ["lists"] = ("1, ", "1", "", true),
        ["unions"] = ("1 union all select ", "1", "", true),
        ["names"] = ("a.", "b", "", true),
        ["casts in a row"] = ("", "1", "::int", true),
        ["brackets of a type"] = ("", "1::int", "[]", true),
        ["subscripts in a row"] = ("", "a", "[1]", true),
        ["collations"] = ("", "a", " collate b", true),
        ["time zones"] = ("", "a", " at time zone b", true),
        ["is null"] = ("", "a", " is null", true),
        ["joins"] = ("", "1 from a", " join b on c", true),
        ["literal"] = ("", "'a'", "\n'a'", true),
        ["comments"] = ("/*", "", "*/", true),
        ["order by"] = ("", "1 order by 1", ", 1", true),
        ["statements"] = ("1; select ", "1", "", true),
    };

    /// <summary>What the server refuses at once, whatever the depth.</summary>
    private static readonly HashSet<string> Wrong = ["brackets never closed"];

    /// <summary>What stands in front and makes another statement of it.</summary>
    private static readonly string[] Heads = ["select ", "insert into t values (", "with recursive x as (", "prepare p as select ", "explain select "];

    public static TheoryData<string> All => [.. Shapes.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void D17_Nesting_IsRefusedBeforeTheStackEnds(string name)
    {
        foreach (var repeats in new[] { 1_000, 100_000 })
        {
            var text = Text(name, repeats);
            foreach (var stack in new[] { 256 * 1024, 1024 * 1024 })
            {
                var (accepted, error) = Parse(text, stack);
                if (Shapes[name].Flat)
                {
                    Assert.True(accepted, $"{repeats} on {stack} bytes: {error}");
                }
                else if (repeats > 10_000 || Wrong.Contains(name))
                {
                    Assert.False(accepted);
                }

                Assert.True(accepted || error == "statement nested too deeply" || (Wrong.Contains(name) && error == "syntax error"), error);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void D17_Nesting_OfWhatPeopleWrite_IsAccepted(string name)
    {
        var (accepted, error) = Parse(Text(name, 100), 1024 * 1024);

        Assert.True(accepted != Wrong.Contains(name), error);
    }

    [Theory]
    [InlineData("with a as (", "select 1", ") select 1")]
    [InlineData("select * from (", "select 1", ") q")]
    [InlineData("(", "select 1", ")")]
    [InlineData("(", "select 1", " union select 2)")]
    [InlineData("select 1 union (", "select 1", ")")]
    [InlineData("select 1 from (", "a", " join b on c)")]
    [InlineData("select 1 from a join ", "b", " on c")]
    [InlineData("insert into t ", "select 1", "")]
    [InlineData("values (", "1", ")")]
    [InlineData("update t set a = (select ", "1", ")")]
    [InlineData("delete from t where a in (select ", "1", ")")]
    [InlineData("merge into t using (", "select 1", ") q on a when matched then delete")]
    [InlineData("explain ", "select 1", "")]
    public void D17_NestedStatements_AreRefusedBeforeTheStackEnds(string open, string core, string close)
    {
        foreach (var repeats in new[] { 1_000, 100_000 })
        {
            var text = Repeat(open, core, close, repeats);
            foreach (var stack in new[] { 256 * 1024, 1024 * 1024 })
            {
                var (accepted, error) = Parse(text, stack);
                Assert.True(accepted || error is "statement nested too deeply" or "syntax error", error);
                Assert.False(accepted && repeats > 10_000);
            }
        }
    }

    [Fact]
    public void D17_DifferentRules_ShareOneDepth()
    {
        var random = new Random(17);
        var nested = Shapes.Values.Where(static shape => !shape.Flat && shape.Close.Length > 0 && !shape.Open.Contains(" from (", StringComparison.Ordinal) && !shape.Open.Contains("grouping", StringComparison.Ordinal)).ToList();
        for (var round = 0; round < 50; round++)
        {
            var open = new StringBuilder(Heads[round % Heads.Length]);
            var close = new List<string>();
            for (var i = 0; i < 5_000; i++)
            {
                var shape = nested[random.Next(nested.Count)];
                open.Append(shape.Open);
                close.Add(shape.Close);
            }

            close.Reverse();
            var (accepted, error) = Parse(open.Append('1').AppendJoin("", close).ToString(), 256 * 1024);
            Assert.False(accepted);
            Assert.True(error is "statement nested too deeply" or "syntax error", error);
        }
    }

    [Fact]
    public void D17_ListOfAMillion_IsAccepted()
    {
        var (accepted, error) = Parse("select 1 where a in (1" + new StringBuilder().Insert(0, ",1", 1_000_000) + ")", 256 * 1024);

        Assert.True(accepted, error);
    }

    [Fact]
    public void D17_AfterABomb_TheParserIsAsGoodAsNew()
    {
        var parser = new SqlParser();
        Assert.False(parser.Parse(Encoding.UTF8.GetBytes(Text("brackets", 100_000))));
        Assert.Equal("statement nested too deeply", parser.Error);

        Assert.True(parser.Parse(Encoding.UTF8.GetBytes(Text("brackets", 500))), parser.Error);
    }

    private static string Text(string name, int repeats)
    {
        var (open, core, close, _) = Shapes[name];
        var head = name switch
        {
            "comments" => "select 1 ",
            "grouping sets" => "select 1 group by ",
            "joins in brackets" => "select 1 from ",
            _ => "select ",
        };
        return head + Repeat(open, core, close, repeats);
    }

    private static string Repeat(string open, string core, string close, int repeats) =>
        new StringBuilder().Insert(0, open, repeats).Append(core).Insert(repeats * open.Length + core.Length, close, repeats).ToString();

    // On a thread of its own, whose stack is small. One that never comes back fails, too.
    private static (bool Accepted, string? Error) Parse(string sql, int stackBytes)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var parser = new SqlParser();
        var accepted = false;
        var thread = new Thread(
            () =>
            {
                accepted = parser.Parse(text);
                var analysis = new SqlAnalysis();
                foreach (var statement in parser.Statements)
                {
                    parser.Analyze(text, statement, analysis);
                    if (parser.Statements.Length > 1000)
                    {
                        break;
                    }
                }
            },
            stackBytes);
        thread.IsBackground = true;
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromMinutes(2)), "the parser does not come to an end");
        return (accepted, parser.Error);
    }
}
