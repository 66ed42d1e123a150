using System.Text;
using Xunit;

namespace PgOAuth.Upstream.Scram;

public sealed class SaslPrepTests
{
    [Theory]
    [InlineData("plain ASCII, \u0007 even control characters", "plain ASCII, \u0007 even control characters")]
    [InlineData("I\u00adX", "IX")] // RFC 4013 section 3, example 1
    [InlineData("a\u00a0b", "a b")]
    [InlineData("a\u3000b\u200bc", "a b c")]
    [InlineData("\ufb01x", null)]
    [InlineData("\u00ad", "\u00ad")] // Nothing would remain: used as it is.
    [InlineData("\u00fc\u0007", "\u00fc\u0007")] // Prohibited: used as it is.
    [InlineData("\u00ad\u00fc\u0007", "\u00ad\u00fc\u0007")]
    [InlineData("\u0221\u00ad", "\u0221\u00ad")] // Unassigned in Unicode 3.2.
    [InlineData("\u0627\u00ad1", "\u0627\u00ad1")] // Right-to-left, but not at the end.
    [InlineData("\u0627\u00ada\u0628", "\u0627\u00ada\u0628")] // Both directions.
    [InlineData("\u0627\u00ad1\u0628", "\u06271\u0628")]
    [InlineData("\ud83d\ude00\u00ad", "\ud83d\ude00\u00ad")] // Emoji are younger than Unicode 3.2.
    public void Prepare_Password_IsAsPostgresWouldStoreIt(string password, string? expected)
    {
        // Where the host normalises, the ligature becomes two letters; with InvariantGlobalization .NET leaves it.
        expected ??= "\ufb01".Normalize(NormalizationForm.FormKC) + "x";

        Assert.Equal(expected, Encoding.UTF8.GetString(SaslPrep.Prepare(password)));
    }

    [Theory]
    [InlineData(0x00a0, true)]
    [InlineData(0x009f, false)]
    [InlineData(0x2000, true)]
    [InlineData(0x2005, true)]
    [InlineData(0x200b, true)]
    [InlineData(0x200c, false)]
    [InlineData(0x3000, true)]
    [InlineData(0x3001, false)]
    public void Ranges_Ends_AreInside(int codePoint, bool expected) => Assert.Equal(expected, SaslPrepTables.Contains(SaslPrepTables.NonAsciiSpaces, codePoint));

    [Fact]
    public void Ranges_All_AreAscendingPairs()
    {
        foreach (var ranges in new[] { SaslPrepTables.NonAsciiSpaces.ToArray(), SaslPrepTables.MappedToNothing.ToArray(), SaslPrepTables.Prohibited.ToArray(), SaslPrepTables.RightToLeft.ToArray(), SaslPrepTables.LeftToRight.ToArray(), SaslPrepTables.Unassigned.ToArray() })
        {
            Assert.Equal(0, ranges.Length % 2);
            for (var i = 0; i < ranges.Length; i += 2)
            {
                Assert.True(ranges[i] <= ranges[i + 1]);
                Assert.True(i == 0 || ranges[i - 1] < ranges[i] - 1);
            }
        }
    }
}
