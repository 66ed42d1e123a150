using PgOAuth.Diagnostics;
using PgOAuth.Testing;
using Xunit;
using static PgOAuth.Testing.FrontendMessages;
using Messages = PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Relay;

/// <summary>A client that sends on and on: its messages wait until the server has answered some.</summary>
public sealed class BackpressureTests : IDisposable
{
    private static readonly byte[] Flush = Messages.Message('H', []);
    private static readonly byte[] CopyDone = Messages.Message('c', []);

    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly ServerConversation _server = new();
    private readonly ClientStep _step;

    public BackpressureTests()
    {
        _step = new ClientStep(new ClientConversation(), null, isGuarded: false, isMultiplexed: false, 1 << 20, _metrics);
        _step.Attach(_server);
    }

    public void Dispose()
    {
        _step.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void MessagesWithoutEnd_WaitBehindAFlushUntilHalfAreAnswered()
    {
        byte[] input = [.. Repeat(Bind(), ReplyQueue.Enough), .. Sync];

        var action = _step.Step(input);
        Assert.Equal((Awaited.Reply, input.Length - Sync.Length), (action.Awaits, action.Forward));
        Assert.Equal(Flush, _step.Replacement.WrittenSpan.ToArray());
        _step.Replacement.Clear();

        while (_server.Replies.Count > ReplyQueue.Few)
        {
            Assert.True(_step.AwaitsReply);
            _server.Replies.Take((byte)'2');
        }

        Assert.False(_step.AwaitsReply);
        action = _step.Step(Sync);
        Assert.Equal((Awaited.Input, Sync.Length, 0), (action.Awaits, action.Forward, _step.Replacement.Length));
        Assert.Equal(ReplyQueue.Few + 1, _server.Replies.Count);
    }

    [Fact]
    public void MessagesThatAskTooEarly_WaitOnWithoutAnotherFlush()
    {
        _step.Step(Repeat(Bind(), ReplyQueue.Enough + 1));
        _step.Replacement.Clear();
        _server.Replies.Take((byte)'2');

        var action = _step.Step(Sync);

        Assert.Equal((Awaited.Reply, 0, 0), (action.Awaits, action.Forward, _step.Replacement.Length));
    }

    [Fact]
    public void MessagesThatNothingAnswers_AreGoneWithTheAnswerInFrontOfThem()
    {
        // Nothing is said to a CopyDone outside COPY, ever.
        var action = _step.Step([.. Bind(), .. Repeat(CopyDone, ReplyQueue.Enough)]);
        Assert.Equal(Awaited.Reply, action.Awaits);

        _server.Replies.Take((byte)'2');

        Assert.Equal(0, _server.Replies.Count);
        Assert.False(_step.AwaitsReply);
    }

    [Fact]
    public void MessagesThatAnErrorDiscards_DoNotWaitForTheirSync()
    {
        _step.Step(Repeat(Bind(), ReplyQueue.Enough + 1));
        _step.Replacement.Clear();
        _server.Replies.TakeError();
        Assert.False(_step.AwaitsReply);

        var discarded = Repeat(Bind(), 3 * ReplyQueue.Enough);
        var action = _step.Step(discarded);

        Assert.Equal((Awaited.Input, discarded.Length, 0), (action.Awaits, action.Forward, _server.Replies.Count));
    }

    [Fact]
    public void ServerThatIsAnother_OwesNothingYet()
    {
        _step.Step(Repeat(Sync, ReplyQueue.Enough + 1));
        _step.Replacement.Clear();
        _step.Detach();
        var other = new ServerConversation();
        _step.Attach(other);
        for (var i = 0; i <= ReplyQueue.Few; i++)
        {
            other.Replies.Add(new OwedReply(ReplyKind.Sync));
        }

        Assert.False(_step.AwaitsReply);
        Assert.Equal(Awaited.Input, _step.Step(Sync).Awaits);
    }

    private static byte[] Repeat(byte[] message, int times) => [.. Enumerable.Repeat(message, times).SelectMany(static one => one)];
}
