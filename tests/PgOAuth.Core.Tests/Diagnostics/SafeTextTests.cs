using Xunit;

namespace PgOAuth.Diagnostics;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain äöü 日本 😀", "plain äöü 日本 😀")]
    [InlineData("line\nforged", "line?forged")]
    [InlineData("a\r\n\t\0\u001b[31mb", "a?????[31mb")]
    [InlineData("a\u0085\u2028\u2029b", "a???b")]
    [InlineData("a\u202e\u2066\u200b\ufeffb", "a????b")]
    [InlineData("a\ue000b", "a?b")]
    [InlineData("a\udbff\udfffb", "a?b")]
    public void C36_TextThatCouldForgeALine_IsMadeHarmless(string text, string expected) => Assert.Equal(expected, SafeText.Clean(text));

    [Fact]
    public void C36_HalfACharacter_IsReplaced() => Assert.Equal("a\ufffdb", SafeText.Clean("a\ud800b"));

    [Fact]
    public void C36_LongText_IsCut()
    {
        Assert.Equal(new string('x', 128), SafeText.Clean(new string('x', 128)));
        Assert.Equal(new string('x', 128) + "…", SafeText.Clean(new string('x', 100_000)));
        Assert.InRange(SafeText.Clean(string.Concat(Enumerable.Repeat("😀", 1_000))).Length, 128, 130);
    }
}
