using PgOAuth.Testing.Upstream;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Protocol;

public sealed class MessageChannelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Messages of a login, as one stream.</summary>
    private static byte[][] Corpus =>
    [
        LoginMessages.Password("good"),
        LoginMessages.SaslInitial(LoginMessages.Bearer("good")),
        LoginMessages.SaslInitial((byte[]?)null),
        LoginMessages.SaslResponse(1),
        LoginMessages.SaslResponse(),
        LoginMessages.Password(""),
        BackendMessages.AuthenticationOk,
        BackendMessages.Sasl("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"),
        BackendMessages.ParameterStatus("server_version", "18.1"),
        BackendMessages.BackendKeyData(4711, 1, 2, 3, 4),
        BackendMessages.Error("28000", "no"),
        BackendMessages.ReadyForQuery(),
    ];

    [Fact]
    public async Task Frames_SplitAtEachByteBoundary_AreReadWhole()
    {
        var all = Corpus.SelectMany(static m => m).ToArray();
        for (var split = 0; split <= all.Length; split++)
        {
            await ExpectCorpusAsync(new ChunkedStream(all, split == 0 ? int.MaxValue : split));
        }
    }

    [Fact]
    public async Task Frames_ByteByByte_AreReadWhole()
    {
        var all = Corpus.SelectMany(static m => m).ToArray();

        await ExpectCorpusAsync(new ChunkedStream(all, [.. Enumerable.Repeat(1, all.Length)]));
    }

    [Fact]
    public async Task Frames_TruncatedAtEachLength_EndTheStream()
    {
        foreach (var message in Corpus)
        {
            for (var length = 0; length < message.Length; length++)
            {
                await using var channel = new MessageChannel(new ChunkedStream(message[..length]));
                Assert.Equal(FrameReadStatus.EndOfStream, await channel.ReadFrameAsync(1_000, Cancellation));
            }
        }
    }

    [Theory]
    [InlineData(0u, false)]
    [InlineData(3u, false)]
    [InlineData(4u, true)]
    [InlineData(104u, true)]
    [InlineData(105u, false)]
    [InlineData(0x7fff_ffffu, false)]
    [InlineData(0x8000_0000u, false)]
    [InlineData(0x8000_0004u, false)]
    [InlineData(0xffff_ffffu, false)]
    public async Task A14_Length_IsCheckedUnsignedAgainstTheCap(uint length, bool isRead)
    {
        await using var channel = new MessageChannel(new ChunkedStream([(byte)'p', .. BackendMessages.Int32((int)length), .. new byte[200]]));

        Assert.Equal(isRead ? FrameReadStatus.Frame : FrameReadStatus.InvalidLength, await channel.ReadFrameAsync(100, Cancellation));
    }

    [Fact]
    public async Task A14_HugeLength_IsRefusedWhenItsFiveBytesAreThere()
    {
        await using var channel = new MessageChannel(new ChunkedStream([(byte)'p', 0x7f, 0xff, 0xff, 0xff]));

        Assert.Equal(FrameReadStatus.InvalidLength, await channel.ReadFrameAsync(65_535, Cancellation));
    }

    [Fact]
    public async Task A14_LargestCap_DoesNotOverflow()
    {
        await using var channel = new MessageChannel(new ChunkedStream([(byte)'p', 0xff, 0xff, 0xff, 0xff]));

        Assert.Equal(FrameReadStatus.InvalidLength, await channel.ReadFrameAsync(int.MaxValue - 8, Cancellation));
    }

    [Fact]
    public async Task A01_UpgradeOverBytesReadAhead_IsRefused()
    {
        await using var channel = new MessageChannel(new ChunkedStream([1, 2, 3]));
        await channel.FillAsync(1, Cancellation);
        channel.Consume(2);

        Assert.Throws<InvalidOperationException>(() => channel.Upgrade(new MemoryStream()));
        channel.Consume(1);
        channel.Upgrade(new MemoryStream());
    }

    [Fact]
    public async Task Detach_GivesWhatWasReadAheadBehindTheFrame()
    {
        byte[] behind = [9, 8, 7];
        await using var channel = new MessageChannel(new ChunkedStream([.. LoginMessages.Password("good"), .. behind]));
        await channel.ReadFrameAsync(100, Cancellation);

        Assert.Equal(behind, channel.Detach());
        Assert.Empty(channel.Detach());
    }

    [Fact]
    public async Task ReplayStream_GivesBackWhatWasReadThenTheRest()
    {
        byte[] all = [.. Enumerable.Range(0, 100).Select(static i => (byte)i)];
        for (var ahead = 1; ahead < 100; ahead++)
        {
            await using var channel = new MessageChannel(new ChunkedStream(all, ahead));
            await channel.FillAsync(1, Cancellation);
            await using var replay = channel.TakeReplayStream();
            var read = new byte[100];
            await replay.ReadExactlyAsync(read, Cancellation);

            Assert.Equal(all, read);
            Assert.Equal(0, await replay.ReadAsync(read, Cancellation));
            Assert.Equal(0, channel.Buffered.Length);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public async Task Consume_MoreThanThereIs_IsRefused(int count)
    {
        await using var channel = new MessageChannel(new ChunkedStream([1, 2, 3]));
        await channel.FillAsync(3, Cancellation);

        Assert.Throws<ArgumentOutOfRangeException>(() => channel.Consume(count));
    }

    [Fact]
    public async Task Fill_PastTheInitialBuffer_KeepsEveryByte()
    {
        var random = new Random(7);
        var all = new byte[70_000];
        random.NextBytes(all);
        await using var channel = new MessageChannel(new ChunkedStream(all, [.. Enumerable.Range(0, 5_000).Select(_ => random.Next(1, 40))]));
        var read = new List<byte>();
        while (read.Count < all.Length)
        {
            var want = Math.Min(random.Next(1, 9_000), all.Length - read.Count);
            Assert.True(await channel.FillAsync(want, Cancellation));
            read.AddRange(channel.Buffered[..want]);
            channel.Consume(want);
        }

        Assert.Equal(all, read);
        Assert.False(await channel.FillAsync(1, Cancellation));
    }

    [Fact]
    public async Task Flush_SendsWhatWasWrittenOnce()
    {
        var stream = new ChunkedStream([]);
        await using var channel = new MessageChannel(stream);
        channel.Output.WriteByte((byte)'S');

        await channel.FlushAsync(Cancellation);
        await channel.FlushAsync(Cancellation);

        Assert.Equal("S"u8.ToArray(), stream.Written);
    }

    private static async Task ExpectCorpusAsync(Stream stream)
    {
        await using var channel = new MessageChannel(stream);
        foreach (var message in Corpus)
        {
            Assert.Equal(FrameReadStatus.Frame, await channel.ReadFrameAsync(1_000, Cancellation));
            Assert.Equal(message[0], channel.Frame.Type);
            Assert.Equal(message[5..], channel.Frame.Body.ToArray());
        }

        Assert.Equal(FrameReadStatus.EndOfStream, await channel.ReadFrameAsync(1_000, Cancellation));
    }
}
