using System.Text.Json;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class ExplanationTests
{
    private static PolicyBench Bench() => new(static policy => policy
        .AddScope("orders:read", static s => s.Select("sales.orders").Except("secret"))
        .AddScope("orders:secret", static s => s.Select("sales.orders").Named("all of orders")));

    [Fact]
    public void Refused_ShowsEachNeedBelowItsPlace()
    {
        var text = Bench().Explain("select id, lower(secret)\nfrom orders", "orders:read").ToString().Replace("\r", "", StringComparison.Ordinal);

        Assert.StartsWith(
            """
            refused: SelectStmt, with scopes orders:read
            the access token does not allow select on column secret of sales.orders
            It needs the scope orders:secret.

            """.Replace("\r", "", StringComparison.Ordinal),
            text,
            StringComparison.Ordinal);
        Assert.Contains(
            "  select id, lower(secret)\n                   ^^^^^^\n  refused: select on column secret of sales.orders, needs scope orders:secret\n",
            text,
            StringComparison.Ordinal);
        Assert.Contains(
            "  select id, lower(secret)\n         ^^\n  allowed: select on column id of sales.orders, by scope orders:read, rule 1\n",
            text,
            StringComparison.Ordinal);
        Assert.Contains("  allowed: function pg_catalog.lower, by default HarmlessFunctions\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_HoldsNoLiteral()
    {
        var json = Bench().Explain("select id from orders where customer = 'CANARY'", "orders:secret").ToJson();

        Assert.DoesNotContain("CANARY", json, StringComparison.Ordinal);
        var root = JsonDocument.Parse(json).RootElement;
        Assert.Equal("allowed", root.GetProperty("verdict").GetString());
        Assert.Equal("select id from orders where customer = ?", root.GetProperty("statement").GetString());
        Assert.Equal("all of orders", root.GetProperty("needs")[0].GetProperty("rule").GetString());
        Assert.Equal("orders:secret", root.GetProperty("needs")[0].GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("select id from orders")]
    [InlineData("select * from orders, hr.people")]
    [InlineData("set role x")]
    [InlineData("select id from nowhere")]
    [InlineData("do 'x'")]
    public void ItDecides_AsTheDecision(string sql)
    {
        var bench = Bench();
        var decided = bench.Decide(sql, "orders:read");
        var explained = bench.Explain(sql, "orders:read").Decision.Refusal;

        Assert.Equal(decided?.Message, explained?.Message);
        Assert.Equal(decided?.Hint, explained?.Hint);
        Assert.Equal(decided?.Start, explained?.Start);
    }

    [Fact]
    public void LinesThatATerminalObeys_AreNotShown()
    {
        var text = Bench().Explain("select '\u001b[31m' || id, \"a\u202Eb\" from orders", "orders:read").ToString();

        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
    }
}
