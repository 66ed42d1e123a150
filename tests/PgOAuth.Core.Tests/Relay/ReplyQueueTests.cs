using Xunit;

namespace PgOAuth.Relay;

/// <summary>What the server owes, message by message. Upper case in a script is sent, <c>&lt;</c> begins what the server says.</summary>
public sealed class ReplyQueueTests
{
    private readonly ReplyQueue _queue = new();

    [Fact]
    public void Status_IsKnownUntilAMessageOfTheClientsCanChangeIt()
    {
        _queue.Add(new OwedReply(ReplyKind.Sync, ReplyUse.Drop | ReplyUse.Required));
        Assert.True(_queue is { IsStatusKnown: true, IsFresh: true });
        _queue.Add(new OwedReply(ReplyKind.Parse));
        Assert.True(_queue is { IsStatusKnown: true, IsFresh: false });
        _queue.Add(new OwedReply(ReplyKind.Sync));
        Assert.False(_queue.IsStatusKnown);
        _queue.TakeReady((byte)'I');
        _queue.TakeError();
        _queue.TakeReady((byte)'I');
        Assert.True(_queue is { IsStatusKnown: true, IsFresh: true });
    }

    [Theory]
    [InlineData("Q <TDDCz")]
    [InlineData("Q <Iz")]
    [InlineData("Q <TDCTDCz")]
    [InlineData("Q <TDEz")]
    [InlineData("Q <HddcCz")]
    [InlineData("PBpES <12TDDCz")]
    [InlineData("PsS <1tTz")]
    [InlineData("PsS <1tnz")]
    [InlineData("BEBEBES <2C2C2Cz")]
    [InlineData("BpES <2nCz")]
    [InlineData("BES <2sz")]
    [InlineData("BES <2Iz")]
    [InlineData("CCS <33z")]
    [InlineData("S <z")]
    [InlineData("S <Ez")] // A deferred constraint fails at commit.
    [InlineData("QQPBESQ <TCzTCz12CzTCz")]
    [InlineData("FFPBEF <VzEz12CVz")]
    public void Replies_InTheOrderOfTheMessages_FitAndLeaveNothingOwed(string script)
    {
        Play(script);

        Assert.True(_queue.IsAccountable);
        Assert.True(_queue.IsIdle);
        Assert.False(_queue.IsBusy);
    }

    [Theory]
    [InlineData("PQS <Ez")] // The Query is discarded with everything up to Sync: one ReadyForQuery.
    [InlineData("PBES <Ez")]
    [InlineData("PBESPBES <1Ez12Cz")]
    [InlineData("BEBES <2Ez")]
    [InlineData("BE <2E QQS <z")] // The late Sync ends it.
    [InlineData("P <E QPBCs S <z")]
    [InlineData("PSQ <EzTCz")]
    [InlineData("PFS <Ez")]
    [InlineData("PSF <EzVz")]
    [InlineData("PBESQS <12EzTCzz")]
    public void A19_ErrorInABatch_SkipsEverythingUntilSyncAndOwesNothingForIt(string script)
    {
        Play(script);

        Assert.True(_queue.IsAccountable);
        Assert.True(_queue.IsIdle);
    }

    [Fact]
    public void A19_AfterAnErrorInABatch_NothingIsIdleUntilSync()
    {
        Play("P <E Q");

        Assert.Equal(0, _queue.Count);
        Assert.False(_queue.IsIdle);
        Assert.True(_queue.IsBusy);
    }

    [Fact]
    public void A22_FirstReadyForQuery_WhileLaterRepliesAreDue_IsNotIdle()
    {
        Play("QQPBES <TCz");

        Assert.False(_queue.IsIdle);
        Assert.True(_queue.IsBusy);
        Play("<TCz12Cz");
        Assert.True(_queue.IsIdle);
    }

    [Fact]
    public void A23_OnlyTheStatusByteSays_WhetherATransactionIsOpen()
    {
        Play("Q <C");
        _queue.TakeReady((byte)'T');

        Assert.False(_queue.IsIdle);
        Assert.False(_queue.IsBusy);
        Play("Q <Cz");
        Assert.True(_queue.IsIdle);
    }

    [Fact]
    public void A24_SuspendedPortalBehindFlush_KeepsTheBatchOpenUntilSync()
    {
        Play("PBE <12Ds");

        Assert.Equal(0, _queue.Count);
        Assert.False(_queue.IsIdle);
        Play("E <Ds S <z");
        Assert.True(_queue.IsIdle);
    }

    [Theory]
    [InlineData("Q <G c <Cz")]
    [InlineData("Qc <GCz")]
    [InlineData("Q <G f <Ez")]
    [InlineData("Q <GE c <z")] // Fails in the middle; CopyDone comes late and is ignored.
    [InlineData("Q <GEz c")]
    [InlineData("QcQc <GCzGCz")]
    [InlineData("QcQc <EzGCz")] // The first COPY fails before it begins.
    [InlineData("Qcc <GCGCz")] // Two COPY in one Query.
    [InlineData("BES <2G cS <Cz")] // The Sync sent before the client knew of COPY is ignored (A29).
    [InlineData("BES <2G SScS <Cz")]
    [InlineData("BEcS <2GCz")]
    [InlineData("BEScS <2GCz")]
    [InlineData("BEcSQ <2GCzTCz")]
    [InlineData("BEcS <2Ez")]
    [InlineData("c f Q <TCz")]
    public void A29_CopyIn_SyncsInsideOweNothing(string script)
    {
        Play(script);

        Assert.True(_queue.IsAccountable);
        Assert.True(_queue.IsIdle);
    }

    [Fact]
    public void A29_ErrorInCopyIn_BehindASyncThatMayHaveBeenIgnored_IsNotAccountable()
    {
        Play("BES <2G");
        Assert.True(_queue.IsAccountable);

        Play("<E");

        Assert.False(_queue.IsAccountable);
    }

    [Theory]
    [InlineData("<z")]
    [InlineData("<C")]
    [InlineData("<D")]
    [InlineData("<E")]
    [InlineData("P <2")]
    [InlineData("B <1")]
    [InlineData("C <1")]
    [InlineData("Q <1")]
    [InlineData("Q <s")]
    [InlineData("Q <V")]
    [InlineData("F <C")]
    [InlineData("F <D")]
    [InlineData("E <T")]
    [InlineData("p <t")]
    [InlineData("s <T")]
    [InlineData("s <tt")]
    [InlineData("S <C")]
    [InlineData("PBES <z")]
    [InlineData("Q <GC")] // COPY is over before the client said so.
    public void A30_ReplyThatNobodyAskedFor_MakesTheConnectionUnaccountable(string script)
    {
        Play(script);

        Assert.False(_queue.IsAccountable);
    }

    [Fact]
    public void A30_AfterAWrongReply_ReadyForQueryFindsItsPlaceAgain()
    {
        Play("PBESQ <2z");
        Assert.Equal(1, _queue.Count);
        Play("<TCz");

        Assert.Equal(0, _queue.Count);
        Assert.False(_queue.IsAccountable);
    }

    [Fact]
    public void Replies_AsManyAsAreEnough_TakeASmallRingAndLeaveNone()
    {
        // What the proxy adds to the last message is behind them.
        for (var i = 0; i < ReplyQueue.Enough + 100; i++)
        {
            _queue.Add(new OwedReply(ReplyKind.Sync));
        }

        Assert.InRange(_queue.Capacity * System.Runtime.CompilerServices.Unsafe.SizeOf<OwedReply>(), 1, 200_000);
        for (var i = 0; i < ReplyQueue.Enough + 100; i++)
        {
            _queue.TakeReady((byte)'I');
        }

        Assert.True(_queue is { Capacity: 0, IsIdle: true, IsAccountable: true });
    }

    [Fact]
    public void Numbers_OfEntriesBeforeTheIdleServer_AreOver()
    {
        Play("PBE");
        var used = _queue.NextNumber;
        Play("SQ <12C");
        Assert.True(used > _queue.IdleNumber);

        Play("<z");

        Assert.True(used <= _queue.IdleNumber);
        Assert.True(_queue.NextNumber > _queue.IdleNumber);
    }

    private void Play(string script)
    {
        var fromServer = false;
        foreach (var message in script)
        {
            switch (message)
            {
                case ' ':
                    fromServer = false;
                    break;
                case '<':
                    fromServer = true;
                    break;
                case 'E' when fromServer:
                    _queue.TakeError();
                    break;
                case 'z':
                    _queue.TakeReady((byte)'I');
                    break;
                default:
                    if (fromServer)
                    {
                        _queue.Take((byte)message);
                    }
                    else
                    {
                        _queue.Add(new OwedReply(Kind(message)));
                    }

                    break;
            }
        }
    }

    private static ReplyKind Kind(char message) => message switch
    {
        'Q' => ReplyKind.Query,
        'F' => ReplyKind.FunctionCall,
        'S' => ReplyKind.Sync,
        'P' => ReplyKind.Parse,
        'B' => ReplyKind.Bind,
        's' => ReplyKind.DescribeStatement,
        'p' => ReplyKind.DescribePortal,
        'E' => ReplyKind.Execute,
        'C' => ReplyKind.Close,
        'c' or 'f' => ReplyKind.CopyEnd,
        _ => throw new ArgumentOutOfRangeException(nameof(message), message, "not a message"),
    };
}
