using PgOAuth.Authorization;
using Xunit;

namespace PgOAuth.Authorization;

public sealed class RoleNameRulesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("postgres")]
    [InlineData("pg_read_all_data")]
    [InlineData("pg_monitor")]
    [InlineData("PG_write_server_files")]
    [InlineData("none")]
    [InlineData("public")]
    [InlineData("current_user")]
    [InlineData("session_user")]
    [InlineData("current_role")]
    [InlineData("with\0nul")]
    [InlineData("with\nnewline")]
    [InlineData("with\u007fdelete")]
    public void C25_RoleThatNoTokenMayGive_IsRefused(string role) => Assert.False(RoleNameRules.IsAcceptable(role, out _));

    [Fact]
    public void C25_RoleNameThatPostgreSqlWouldCut_IsRefused()
    {
        Assert.True(RoleNameRules.IsAcceptable(new string('a', 63), out _));
        Assert.False(RoleNameRules.IsAcceptable(new string('a', 64), out _));
        Assert.False(RoleNameRules.IsAcceptable(new string('ä', 32), out _));
    }

    [Theory]
    [InlineData("analyst")]
    [InlineData("x\" SUPERUSER")]
    [InlineData("Sales Team")]
    [InlineData("pgbouncer")]
    public void C25_AnyOtherName_IsANameAndNothingElse(string role) => Assert.True(RoleNameRules.IsAcceptable(role, out _));
}
