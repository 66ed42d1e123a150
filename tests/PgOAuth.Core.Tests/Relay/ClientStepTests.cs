using System.Buffers.Binary;
using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Enforcement;
using PgOAuth.Relay;
using PgOAuth.Sessions;
using Xunit;
using PgOAuth.Testing;
using static PgOAuth.Testing.FrontendMessages;

namespace PgOAuth.Relay;

public sealed class ClientStepTests : IDisposable
{
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly ServerConversation _server = new();

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public void Step_EveryKnownMessage_PassesUnchangedInPiecesOfEverySize()
    {
        byte[] conversation =
        [
            .. Query("select 1"), .. Parse("select $1", "s", 23), .. Bind("", "s"), .. Describe("s"), .. Execute(), .. Sync,
            .. CopyData([1, 2, 3]), .. BackendMessage('c'), .. BackendMessage('f', 0), .. BackendMessage('H'), .. BackendMessage('C', (byte)'S', 0),
        ];
        for (var pieces = 1; pieces <= conversation.Length; pieces++)
        {
            var driver = new StepDriver(NewStep()).Feed(conversation, pieces);

            Assert.Equal(SessionEndReason.None, driver.End);
            Assert.Equal(conversation, driver.Output);
        }
    }

    [Fact]
    public void Step_DeniedQueryBetweenAllowedOnes_IsReplacedInItsPlaceInPiecesOfEverySize()
    {
        byte[] before = Query("select 1"), denied = Query("set role postgres"), after = Query("select 2");
        byte[] conversation = [.. before, .. denied, .. after];
        for (var pieces = 1; pieces <= conversation.Length; pieces++)
        {
            var marker = new DenialMarker();
            var driver = new StepDriver(NewStep(marker)).Feed(conversation, pieces);

            var replacement = driver.Output[before.Length..^after.Length].ToArray();
            Assert.Equal(before, driver.Output[..before.Length]);
            Assert.Equal(after, driver.Output[^after.Length..]);
            Assert.Equal((byte)'Q', replacement[0]);
            Assert.DoesNotContain("postgres", Encoding.UTF8.GetString(replacement), StringComparison.Ordinal);
            Assert.True(marker.TryRead(replacement, out var denial));
            Assert.Equal(StatementDenial.RoleChange, denial.Reason);
        }
    }

    [Fact]
    public void Step_DeniedParse_KeepsTheStatementName()
    {
        var driver = new StepDriver(NewStep()).Feed(Parse("reset role", "mine"));

        Assert.Equal((byte)'P', driver.Output[0]);
        Assert.Equal("mine\0pgoauth_denied_", Encoding.ASCII.GetString([.. driver.Output])[5..25]);
        Assert.Equal(driver.Output.Count - 1, BinaryPrimitives.ReadInt32BigEndian(driver.Output.ToArray().AsSpan(1)));
    }

    [Fact]
    public void Step_StatementLongerThanTheCap_IsReplacedAndItsBytesAreDroppedAsTheyCome()
    {
        var marker = new DenialMarker();
        byte[] conversation = [.. Query(new string('x', 5000)), .. Query("select 1")];
        var driver = new StepDriver(NewStep(marker, maxStatement: 1000)).Feed(conversation, 700);

        var after = Query("select 1");
        Assert.Equal(after, driver.Output[^after.Length..]);
        Assert.True(marker.TryRead(driver.Output[..^after.Length].ToArray(), out var denial));
        Assert.Equal(StatementDenial.TooLong, denial.Reason);
        Assert.DoesNotContain("xx", Encoding.ASCII.GetString([.. driver.Output]), StringComparison.Ordinal);
    }

    [Fact]
    public void A14_MessageLength_AtEveryBoundary_IsCheckedUnsignedBeforeAnythingIsAllocated()
    {
        foreach (var type in "QPBEDCHSFdcfX")
        {
            var limit = type is 'Q' or 'P' or 'B' or 'F' or 'd' ? 0x3ffffffe : 10_000;
            foreach (var length in new uint[] { 0, 1, 3, 0x7fffffff, 0x80000000, 0xfffffffb, 0xffffffff, (uint)limit + 5 })
            {
                var driver = new StepDriver(NewStep(guard: false)).Feed(Header(type, length));

                Assert.Equal(SessionEndReason.ProtocolViolation, driver.End);
                Assert.Empty(driver.Output);
            }

            if (type is not ('X' or 'F'))
            {
                Assert.Equal(SessionEndReason.None, new StepDriver(NewStep(guard: false)).Feed(Header(type, (uint)limit + 4)).End);
            }
        }
    }

    [Fact]
    public void A15_BindOfAGigabyte_WhoseTailLooksLikeAQuery_StaysOneMessage()
    {
        const uint length = 0x3ffffffe + 4;
        var step = NewStep();
        var driver = new StepDriver(step).Feed(Header('B', length));
        var chunk = new byte[1 << 20];
        var tail = Query("set role postgres");
        tail.CopyTo(chunk.AsSpan(^tail.Length));
        var left = (long)length - 4;
        while (left > 0)
        {
            var count = (int)Math.Min(left, chunk.Length);
            var action = step.Step(chunk.AsSpan(chunk.Length - count));
            Assert.Equal((count, 0), (action.Forward, action.Skip));
            left -= count;
        }

        Assert.True(step.IsAtBoundary);
        Assert.Equal(SessionEndReason.None, driver.End);
        Assert.Equal(0, step.Replacement.Length);
    }

    [Theory]
    [InlineData("select 1\0set role postgres")]
    [InlineData("\0")]
    public void A16_QueryWithASecondString_IsAnErrorAndNotASecondStatement(string text)
    {
        var driver = new StepDriver(NewStep()).Feed(Query(text));

        Assert.Equal(SessionEndReason.ProtocolViolation, driver.End);
        Assert.Empty(driver.Output);
    }

    [Fact]
    public void A16_ParseWithWrongInnerCounts_IsRefused()
    {
        byte[] name = [0], sql = [.. "select 1"u8, 0];
        byte[][] bodies =
        [
            [], [0], [.. name, .. "select 1"u8], [.. name, .. sql], [.. name, .. sql, 0], [.. name, .. sql, 0, 1],
            [.. name, .. sql, 0, 1, 0, 0, 0], [.. name, .. sql, 0, 0, 0], [.. name, .. sql, 0xff, 0xff], [.. name, .. sql, 0x80, 0, 0, 0, 0, 0],
        ];
        foreach (var body in bodies)
        {
            Assert.Equal(SessionEndReason.ProtocolViolation, new StepDriver(NewStep()).Feed(BackendMessage('P', body)).End);
        }
    }

    [Fact]
    public void A17_EveryTypeByte_ThatIsNoFrontendMessage_EndsTheSession()
    {
        const string known = "QPBEDCHSFdcfX";
        for (var type = 0; type < 256; type++)
        {
            if (!known.Contains((char)type, StringComparison.Ordinal))
            {
                var driver = new StepDriver(NewStep()).Feed(BackendMessage((char)type, 0, 0, 0, 0));

                Assert.Equal(SessionEndReason.ProtocolViolation, driver.End);
                Assert.Empty(driver.Output);
            }
        }
    }

    [Fact]
    public void A17_SecondStartupMessage_DoesNotRebindTheUser()
    {
        var driver = new StepDriver(NewStep()).Feed(FrontendMessages.Startup(("user", "postgres"), ("database", "postgres")));

        Assert.Equal(SessionEndReason.ProtocolViolation, driver.End);
        Assert.Empty(driver.Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A18_FunctionCall_IsReplacedByAFailingQuery_WithAndWithoutTheGuard(bool guard)
    {
        foreach (var oid in new[] { 3458 /* lo_get */, 2078 /* set_config */, 2624 /* pg_read_file */, 1598 /* random */ })
        {
            var marker = new DenialMarker();
            var driver = new StepDriver(NewStep(marker, guard: guard)).Feed([.. FunctionCall(oid), .. Query("select 1")], 3);

            Assert.Equal(SessionEndReason.None, driver.End);
            Assert.Equal((byte)'Q', driver.Output[0]);
            Assert.DoesNotContain((byte)'F', driver.Output);
            Assert.True(marker.TryRead([.. driver.Output], out var denial));
            Assert.Equal(StatementDenial.FunctionCall, denial.Reason);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A18_FunctionCall_OfALargeObjectFunction_StreamsThrough(bool guard)
    {
        byte[] call = [(byte)'F', 0, 0, 0, 31, 0, 0, 0x03, 0xBB, 0, 1, 0, 1, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 0, 1];
        foreach (var piece in new[] { 1, 3, 100 })
        {
            var driver = new StepDriver(NewStep(guard: guard)).Feed([.. call, .. Query("select 1")], piece);

            Assert.Equal(SessionEndReason.None, driver.End);
            Assert.Equal([.. call, .. Query("select 1")], driver.Output);
        }

        Assert.Equal(6, _server.Replies.Count);
        Assert.Equal(ReplyUse.Pass, _server.Replies.Take((byte)'V'));
        Assert.Equal(ReplyUse.Pass, _server.Replies.TakeReady((byte)'I'));
        Assert.True(_server.Replies.IsAccountable);
        Assert.Equal(5, _server.Replies.Count);
    }

    [Fact]
    public void A14_FunctionCall_WithoutANumber_IsAViolation()
    {
        foreach (var length in new uint[] { 3, 4, 7, 0x7FFF_FFFF, uint.MaxValue })
        {
            var driver = new StepDriver(NewStep()).Feed([.. Header('F', length), 0, 0, 0]);

            Assert.Equal(SessionEndReason.ProtocolViolation, driver.End);
            Assert.Empty(driver.Output);
        }
    }

    [Fact]
    public void Terminate_WhileTheServerIsBusy_EndsTheSessionOnly()
    {
        var driver = new StepDriver(NewStep()).Feed([.. Query("select 1"), .. Terminate, .. Query("select 2")]);

        Assert.Equal(SessionEndReason.ClientTerminated, driver.End);
        Assert.Equal(Query("select 1"), driver.Output);
    }

    [Fact]
    public void Terminate_WhileTheServerIsIdle_EndsTheSessionOnly()
    {
        var driver = new StepDriver(NewStep()).Feed([.. Terminate, .. Query("select 1")]);

        Assert.Equal(SessionEndReason.ClientTerminated, driver.End);
        Assert.Empty(driver.Output);
    }

    [Fact]
    public void A29_CopyDataThatLooksLikeAQuery_IsNotRead()
    {
        byte[] data = CopyData([.. Query("set role postgres")]);

        Assert.Equal(data, new StepDriver(NewStep()).Feed(data, 1).Output);
    }

    [Fact]
    public void Conversation_CountsEachReplyOnce_HoweverTheMessagesAreCut()
    {
        new StepDriver(NewStep()).Feed([.. Query("select 1"), .. Parse("select 2"), .. Sync], 1);
        Assert.True(_server.IsBusy);

        _server.Replies.TakeReady((byte)'I');
        Assert.True(_server.IsBusy);
        _server.Replies.Take((byte)'1');
        Assert.True(_server.IsBusy);
        _server.Replies.TakeReady((byte)'I');

        Assert.False(_server.IsBusy);
        Assert.True(_server.IsIdle);
    }

    [Theory]
    [InlineData('T')]
    [InlineData('E')]
    public void Conversation_InATransaction_IsNeitherBusyNorIdle(char status)
    {
        new StepDriver(NewStep()).Feed(Query("begin"));
        _server.Replies.TakeReady((byte)status);

        Assert.False(_server.IsBusy);
        Assert.False(_server.IsIdle);
    }

    [Fact]
    public void Step_SteadyState_AllocatesNothing()
    {
        var step = NewStep();
        byte[] conversation = [.. Query("select 1 from t where a = 1"), .. Bind(), .. Execute(), .. Sync];
        Answer(step.Step(conversation));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Answer(step.Step(conversation));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(_server is { IsIdle: true, IsAccountable: true });

        void Answer(RelayAction action)
        {
            Assert.True(action.Forward == conversation.Length);
            _server.Replies.TakeReady((byte)'I');
            _server.Replies.Take((byte)'2');
            _server.Replies.Take((byte)'C');
            _server.Replies.TakeReady((byte)'I');
        }
    }

    private ClientStep NewStep(DenialMarker? marker = null, bool guard = true, int maxStatement = 1 << 20)
    {
        var step = new ClientStep(new ClientConversation(marker), guard ? new StatementCache(new SessionStateGuard()) : null, guard, isMultiplexed: false, maxStatement, _metrics);
        step.Attach(_server);
        return step;
    }

    private static byte[] BackendMessage(char type, params byte[] body) => PgOAuth.Testing.Upstream.BackendMessages.Message(type, body);

    private static byte[] Header(char type, uint length)
    {
        var header = new byte[5];
        header[0] = (byte)type;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), length);
        return header;
    }
}
