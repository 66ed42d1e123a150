using System.Net;
using Xunit;

namespace PgOAuth.Listening;

public sealed class AddressKeyTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::1", "0.0.0.1", false)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("::", "0.0.0.0", false)]
    [InlineData("fe80::1%1", "fe80::2%2", true)]
    public void Addresses_OfOneHost_HaveOneKey(string one, string other, bool same) =>
        Assert.Equal(same, new AddressKey(IPAddress.Parse(one)) == new AddressKey(IPAddress.Parse(other)));

    [Theory]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("0.0.0.0")]
    public void NoAddress_IsNobodyElse(string address) => Assert.NotEqual(default, new AddressKey(IPAddress.Parse(address)));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("::1", "::/64")]
    public void Text_NamesWhatIsCounted(string address, string text) => Assert.Equal(text, new AddressKey(IPAddress.Parse(address)).ToString());

    [Fact]
    public void Text_OfNoAddress_IsUnix() => Assert.Equal("unix", new AddressKey(null).ToString());
}
