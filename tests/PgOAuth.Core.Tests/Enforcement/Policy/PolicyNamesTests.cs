using System.Text;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

public sealed class PolicyNamesTests
{
    [Theory]
    [InlineData("sales.orders", "sales.orders")]
    [InlineData("Sales.ORDERS", "sales.orders")]
    [InlineData("\"Sales\".\"Or.der\"\"s\"", "Sales.Or.der\"s")]
    [InlineData("sales.*", "sales.*")]
    [InlineData("sales.ord*", "sales.ord*")]
    [InlineData("*", "*.*")]
    [InlineData("*.*", "*.*")]
    [InlineData("\"T\"*.orders", "T*.orders")]
    [InlineData("sales.\"*\"", "sales.*")]
    [InlineData("sälE.Ö", "säle.Ö")]
    public void Object_IsReadAsInSql(string text, string expected)
    {
        Assert.Null(PolicyNames.ReadObject(text, out var pattern));
        Assert.Equal(expected, pattern.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("orders")]
    [InlineData("sales.")]
    [InlineData(".orders")]
    [InlineData("sales.orders.id")]
    [InlineData("sales.or ders")]
    [InlineData(" sales.orders")]
    [InlineData("sales.*ders")]
    [InlineData("sales.o*s")]
    [InlineData("sales.1st")]
    [InlineData("\"sales.orders")]
    [InlineData("\"\".orders")]
    [InlineData("sales.orders;")]
    [InlineData("sales.a23456789012345678901234567890123456789012345678901234567890123456")]
    public void Object_ThatIsNone_IsAMistake(string text) => Assert.NotNull(PolicyNames.ReadObject(text, out _));

    [Fact]
    public void HalfACharacter_IsAMistake() => Assert.NotNull(PolicyNames.ReadObject("sales.\"a" + '\uD800' + "\"", out _));

    [Fact]
    public void QuotedStar_IsAName()
    {
        Assert.Null(PolicyNames.ReadObject("sales.\"*\"", out var pattern));

        Assert.True(pattern.Matches("sales"u8, "*"u8));
        Assert.False(pattern.Matches("sales"u8, "orders"u8));
    }

    [Fact]
    public void Wildcards_DoNotMeanTheServersSchemas()
    {
        Assert.Null(PolicyNames.ReadObject("*.*", out var all));
        Assert.Null(PolicyNames.ReadObject("p*.*", out var prefix));
        Assert.Null(PolicyNames.ReadObject("pg_catalog.*", out var named));

        Assert.False(all.Matches("pg_catalog"u8, "pg_authid"u8));
        Assert.False(all.Matches("information_schema"u8, "tables"u8));
        Assert.False(prefix.Matches("pg_catalog"u8, "pg_authid"u8));
        Assert.True(prefix.Matches("public"u8, "t"u8));
        Assert.True(named.Matches("pg_catalog"u8, "pg_authid"u8));
        Assert.True(all.MatchesDenied("pg_catalog"u8, "pg_authid"u8));
        Assert.True(all.Matches("pg_temp_3"u8, "t"u8));
    }

    [Theory]
    [InlineData("work_mem", "WORK_MEM", true)]
    [InlineData("myapp.*", "myapp.tenant", true)]
    [InlineData("myapp.*", "myapp2.tenant", false)]
    public void Setting_ComparesWithoutCase(string text, string name, bool expected)
    {
        Assert.Null(PolicyNames.ReadSetting(text.ToUpperInvariant(), out var pattern));
        Assert.Equal(expected, pattern.Matches(Encoding.UTF8.GetBytes(name.ToLowerInvariant())));
    }

    [Theory]
    [InlineData("id, total")]
    [InlineData("orders.id")]
    [InlineData("*")]
    [InlineData("i*")]
    public void Column_ThatIsNotOneName_IsAMistake(string text) => Assert.NotNull(PolicyNames.ReadColumn(text, out _));

    [Fact]
    public void DefaultPattern_MeansNothing()
    {
        Assert.False(default(NamePattern).Matches(""u8));
        Assert.False(default(ObjectPattern).Matches("a"u8, "b"u8));
    }
}
