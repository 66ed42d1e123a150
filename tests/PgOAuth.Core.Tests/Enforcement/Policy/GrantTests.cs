using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class GrantTests
{
    private static PolicyBench Bench() => new(static policy => policy
        .AddScope("a", static s => s.Select("sales.orders"))
        .AddScope("b", static s => s.Select("sales.order_items"))
        .AddAuthorizationDetails(
            "db",
            static within => within.Select("sales.*").Except("secret").Insert("sales.order_items"),
            static details =>
            {
                details.Locations.Add("here");
                details.Actions["read"] = ["select"];
            }));

    [Fact]
    public void SameScopes_ShareAGrant()
    {
        var grants = Bench().Policy.Grants;

        Assert.Same(grants.Get(["a", "b"]), grants.Get(["b", "other", "a", "a"]));
        Assert.NotSame(grants.Get(["a"]), grants.Get(["b"]));
        Assert.Equal(["a", "b"], grants.Get(["b", "a"]).Scopes);
        Assert.Empty(grants.Get(["other"]).Scopes);
    }

    [Fact]
    public void Versions_Differ() => Assert.NotEqual(Bench().Policy.Version, Bench().Policy.Version);

    [Fact]
    public void Cache_IsBounded()
    {
        var grants = Bench().Policy.Grants;
        for (var i = 0; i < GrantCache.MaxEntries * 2; i++)
        {
            grants.Get(["a"], $$"""[{"type":"other","n":{{i}}}]""");
            Assert.InRange(grants.Count, 1, GrantCache.MaxEntries);
        }

        var before = grants.Count;
        grants.Get(["a"], "[\"" + new string('x', GrantCache.MaxKeyLength) + "\"]");
        Assert.Equal(before, grants.Count);
    }

    [Theory]
    [InlineData("""[{"type":"db","actions":["select"],"locations":["here"],"datatypes":["sales.order_items"]}]""")]
    [InlineData("""[{"type":"x"},{"type":"db","actions":["read"],"locations":["there","here"],"datatypes":["sales.*"]}]""")]
    [InlineData("""[{"type":"db","actions":["read"],"locations":["here"],"datatypes":["sales.order_items"],"columns":["id"]}]""")]
    public void Details_Give(string details)
    {
        var bench = Bench();
        var grant = bench.Policy.Grants.Get([], details);

        Assert.Empty(grant.Mistakes);
        Assert.Null(bench.Decide(grant, "select id from order_items"));
        Assert.NotNull(bench.Decide(grant, "delete from order_items"));
    }

    [Fact]
    public void Details_GiveNothingBeyondTheirLimits()
    {
        var bench = Bench();
        var grant = bench.Policy.Grants.Get([], """[{"type":"db","actions":["*"],"locations":["here"],"datatypes":["*.*"]}]""");

        Assert.Null(bench.Decide(grant, "select id from orders"));
        Assert.Null(bench.Decide(grant, "insert into order_items (id) values (1)"));
        Assert.NotNull(bench.Decide(grant, "select secret from orders"));
        Assert.NotNull(bench.Decide(grant, "select * from orders"));
        Assert.NotNull(bench.Decide(grant, "select id from hr.people"));
        Assert.NotNull(bench.Decide(grant, "insert into orders (id) values (1)"));
        Assert.NotNull(bench.Decide(grant, "create schema x"));
    }

    [Theory]
    [InlineData("""[{"type":"db","actions":["select"],"locations":["there"],"datatypes":["sales.order_items"]}]""", 0)]
    [InlineData("""[{"type":"db","actions":["select"],"datatypes":["sales.order_items"]}]""", 0)]
    [InlineData("""[{"type":"db","actions":["select"],"locations":["here"],"datatypes":["sales.order_items"],"columns":[]}]""", 0)]
    [InlineData("""[{"type":"db","actions":["select"],"locations":["here"],"datatypes":["sales.order_items"],"privileges":["x"]}]""", 1)]
    [InlineData("""[{"type":"db","actions":["select"],"locations":["here"],"datatypes":"sales.order_items"}]""", 1)]
    [InlineData("""[{"type":"db","actions":["select"],"locations":["here"],"datatypes":["order_items"]}]""", 1)]
    [InlineData("""[{"type":"db","actions":["steal"],"locations":["here"],"datatypes":["sales.order_items"]}]""", 1)]
    [InlineData("""[{"type":"db","actions":["select","DangerousCode"],"locations":["here"],"datatypes":["sales.order_items"]}]""", 1)]
    [InlineData("""[{"type":"db","actions":["select"],"actions":["select"],"locations":["here"],"datatypes":["sales.order_items"]}]""", 1)]
    [InlineData("""{"type":"db"}""", 1)]
    [InlineData("""[{"type":"db",""", 1)]
    [InlineData("""["db", 1, null, []]""", 0)]
    public void Details_ThatAreNotUnderstood_GiveNothing(string details, int mistakes)
    {
        var bench = Bench();
        var grant = bench.Policy.Grants.Get([], details);

        Assert.Equal(mistakes, grant.Mistakes.Count);
        Assert.NotNull(bench.Decide(grant, "select id from order_items"));
    }
}
