using System.Text;
using PgOAuth.Enforcement;
using Xunit;

namespace PgOAuth.Core.Tests.Enforcement;

public class LargeObjectFunctionsTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(764u)] // lo_import, which reads files of the server
    [InlineData(765u)] // lo_export
    [InlineData(2078u)] // set_config
    [InlineData(3458u)] // lo_get
    [InlineData(uint.MaxValue)]
    public void A18_OtherFunctions_AreNotFound(uint oid)
    {
        Assert.False(LargeObjectFunctions.TryFind(oid, out var sql));
        Assert.True(sql.IsEmpty);
    }

    [Fact]
    public void A18_TheSessionStateGuard_LetsTheirStatementsPass()
    {
        var cache = new StatementCache(new SessionStateGuard());
        for (var oid = 0u; oid < 10_000; oid++)
        {
            if (LargeObjectFunctions.TryFind(oid, out var sql))
            {
                Assert.True(cache.GetQuery(sql).Denial is null, Encoding.UTF8.GetString(sql));
            }
        }
    }
}
