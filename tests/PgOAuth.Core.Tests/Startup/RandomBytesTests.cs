using Xunit;

namespace PgOAuth.Startup;

public sealed class RandomBytesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(700)]
    [InlineData(2048)]
    [InlineData(5000)]
    public void Fill_GivesNoBytesTwice_AndNoneThatWereWiped(int length)
    {
        // So many that a byte that is always the same shows, whatever the length.
        var draws = Enumerable.Range(0, 200).Select(_ => Draw(length)).ToList();

        for (var at = 0; at < length; at++)
        {
            Assert.True(draws.Select(draw => draw[at]).Distinct().Count() > 40, $"byte {at} is hardly ever another one");
        }

        if (length >= 32)
        {
            Assert.Equal(draws.Count, draws.Select(Convert.ToHexString).Distinct().Count());
        }
    }

    [Fact]
    public void Fill_OnOtherThreads_GivesOthers()
    {
        var draws = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).SelectMany(static _ => Enumerable.Range(0, 500).Select(static _ => Convert.ToHexString(Draw(16)))).ToList();

        Assert.Equal(draws.Count, draws.Distinct().Count());
    }

    [Fact]
    public void NextPositive_IsPositive_AndUsesAllBits()
    {
        var (all, none) = (int.MaxValue, 0);
        for (var i = 0; i < 1000; i++)
        {
            var number = RandomBytes.NextPositive();
            Assert.True(number > 0);
            all &= number;
            none |= number;
        }

        Assert.Equal(0, all);
        Assert.Equal(int.MaxValue, none);
    }

    private static byte[] Draw(int length)
    {
        var bytes = new byte[length];
        RandomBytes.Fill(bytes);
        return bytes;
    }
}
