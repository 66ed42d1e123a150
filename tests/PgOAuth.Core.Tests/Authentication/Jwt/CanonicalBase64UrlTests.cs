using System.Buffers.Text;
using System.Text;
using Xunit;

namespace PgOAuth.Authentication.Jwt;

public sealed class CanonicalBase64UrlTests
{
    [Fact]
    public void C21_EveryValue_HasExactlyOneSpelling()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var seen = new HashSet<int>();
        foreach (var first in Alphabet)
        {
            foreach (var second in Alphabet)
            {
                if (CanonicalBase64Url.TryDecode(Encoding.ASCII.GetBytes($"{first}{second}"), out var one))
                {
                    Assert.True(seen.Add(Assert.Single(one)));
                }

                foreach (var third in Alphabet)
                {
                    byte[] text = [(byte)first, (byte)second, (byte)third];
                    if (CanonicalBase64Url.TryDecode(text, out var two))
                    {
                        Assert.Equal(2, two.Length);
                        Assert.True(seen.Add(0x10000 + (two[0] << 8) + two[1]));
                        Assert.Equal(text, Encoding.ASCII.GetBytes(Base64Url.EncodeToString(two)));
                    }
                }
            }
        }

        Assert.Equal(256 + 65_536, seen.Count);
    }

    [Fact]
    public void C21_EveryOtherByte_IsRefused()
    {
        for (var value = 0; value < 256; value++)
        {
            var isInAlphabet = value < 128 && (char.IsAsciiLetterOrDigit((char)value) || value is '-' or '_');
            Assert.Equal(isInAlphabet, CanonicalBase64Url.IsCanonical([(byte)'A', (byte)'A', (byte)value, (byte)'A']));
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AA==")]
    [InlineData("AA=")]
    [InlineData("AA\n")]
    [InlineData(" AA")]
    public void C21_WrongLengthOrPadding_IsRefused(string text) => Assert.False(CanonicalBase64Url.IsCanonical(Encoding.ASCII.GetBytes(text)));
}
