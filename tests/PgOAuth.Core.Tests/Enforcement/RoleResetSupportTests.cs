using PgOAuth.Enforcement;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class RoleResetSupportTests
{
    [Theory]
    [InlineData("15.9")]
    [InlineData("15.18 (Debian 15.18-0+deb12u1)")]
    [InlineData("16.5")]
    [InlineData("17.1")]
    [InlineData("18.0")]
    [InlineData("18.4")]
    [InlineData("19beta1")]
    [InlineData("14.14")]
    public void D47_FixedServers_KeepTheRole(string version) => Assert.True(RoleResetSupport.KeepsStartupRole(version));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("15")]
    [InlineData("15.8")]
    [InlineData("15.8 (Ubuntu 15.8-1)")]
    [InlineData("16.4")]
    [InlineData("17.0")]
    [InlineData("17beta1")]
    [InlineData("11.22")]
    [InlineData("9.6.24")]
    [InlineData("15.9.1")]
    public void D47_OtherServers_AreNotTrustedToKeepIt(string version) => Assert.False(RoleResetSupport.KeepsStartupRole(version));
}
