using PgOAuth.Sql.Resolution;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class ShippedBaselineTests
{
    private static readonly ShippedBaseline Lists = ShippedBaseline.Instance;

    [Fact]
    public void D31_Functions()
    {
        Assert.True(Lists.IsHarmless(Function("pg_catalog", "lower")));
        Assert.False(Lists.IsHarmless(Function("public", "lower")));
        Assert.False(Lists.IsHarmless(Function("pg_catalog", "query_to_xml")));
        Assert.True(Lists.IsDangerous(Function("pg_catalog", "query_to_xml")));
        Assert.True(Lists.IsDangerous(Function("pg_catalog", "set_config")));
    }

    [Fact]
    public void D23_Relations()
    {
        Assert.True(Lists.IsMetadata(Relation("pg_class"), "relname"u8));
        Assert.False(Lists.IsMetadata(Relation("pg_stats"), "most_common_vals"u8));
        Assert.False(Lists.IsMetadata(Relation("pg_stats"), default));
        Assert.True(Lists.IsDangerous(Relation("pg_stats")));
    }

    // The policy treats them by their sequence or setting, so the lists must not let them pass.
    [Theory]
    [InlineData("nextval")]
    [InlineData("setval")]
    [InlineData("currval")]
    [InlineData("set_config")]
    public void FunctionsWithRulesOfTheirOwn_AreNotHarmless(string name) => Assert.False(Lists.IsHarmless(Function("pg_catalog", name)));

    private static SqlRelation Relation(string name) =>
        new(1, new SqlName("pg_catalog"), new SqlName(name), SqlRelationKind.Table, [], [], isPartition: false);

    private static SqlFunction Function(string schema, string name) => new()
    {
        Oid = 1,
        Schema = new SqlName(schema),
        Name = new SqlName(name),
        Kind = SqlFunctionKind.Function,
        ArgumentTypes = [],
        ReturnType = 25,
    };
}
