using System.Net;
using System.Net.Sockets;
using Xunit;

namespace PgOAuth.Listening;

public sealed class EndpointAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:6432", "127.0.0.1:6432")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("[::1]:6432", "[::1]:6432")]
    [InlineData("[::]:65535", "[::]:65535")]
    [InlineData("localhost:6432", "127.0.0.1:6432 [::1]:6432")]
    [InlineData("*:6432", "0.0.0.0:6432 [::]:6432")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("*:0", "0.0.0.0:0")]
    public void Address_IsRead(string address, string expected)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");

        Assert.True(EndpointAddress.TryParse(address, out var endPoints, out var problem));
        Assert.Null(problem);
        Assert.Equal(expected, string.Join(' ', endPoints));
    }

    [Fact]
    public void UnixAddress_IsRead()
    {
        Assert.True(EndpointAddress.TryParse("unix:/run/x/.s.PGSQL.6432", out var endPoints, out _));
        Assert.Equal("/run/x/.s.PGSQL.6432", Assert.IsType<UnixDomainSocketEndPoint>(Assert.Single(endPoints)).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":6432")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:+1")]
    [InlineData("127.0.0.1: 1")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:99999999999")]
    [InlineData("127.0.0.1:5432x")]
    [InlineData("db.example.com:5432")]
    [InlineData("LOCALHOST:5432")]
    [InlineData("::1")]
    [InlineData("unix:")]
    [InlineData("unix:relative/path")]
    public void Address_ThatIsNone_IsRefusedWithAReason(string address)
    {
        Assert.False(EndpointAddress.TryParse(address, out var endPoints, out var problem));
        Assert.Empty(endPoints);
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void UnixAddress_ThatIsTooLong_IsRefused() => Assert.False(EndpointAddress.TryParse("unix:/" + new string('x', 200), out _, out _));
}
