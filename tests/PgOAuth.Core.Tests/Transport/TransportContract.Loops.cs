using System.Diagnostics;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Transport;

/// <content>Loops: what runs where, and in which order.</content>
public abstract partial class TransportContract
{
    [Fact]
    public async Task Continuations_OfWhoReadsOnTheLoop_RunThere()
    {
        var (stream, peer) = await DialedAsync();
        await OnAsync(stream.Loop, async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var read = stream.ReadAsync(new byte[1]);
                _ = Task.Run(() => peer.Send([1]));
                await read.ConfigureAwait(false);
                Assert.True(stream.Loop.IsCurrent);
                Assert.Same(stream.Loop, EventLoop.Current);
            }

            var write = stream.WriteAsync(new byte[16_000_000]);
            var drain = ReceiveExactlyAsync(peer, 16_000_000);
            await write.ConfigureAwait(false);
            Assert.True(stream.Loop.IsCurrent);
            await drain;
        });
    }

    [Fact]
    public async Task Continuations_OfWhoMustNotKeepTheLoop_RunElsewhere()
    {
        var (stream, peer) = await DialedAsync();
        await OnAsync(stream.Loop, async () =>
        {
            stream.ContinuesOnLoop = false;
            Assert.False(stream.ContinuesOnLoop);
            var read = stream.ReadAsync(new byte[1]);
            _ = Task.Run(() => peer.Send([1]));
            await read.ConfigureAwait(false);
            Assert.Null(EventLoop.Current);

            stream.ContinuesOnLoop = true;
            await stream.Loop;
            read = stream.ReadAsync(new byte[1]);
            _ = Task.Run(() => peer.Send([1]));
            await read.ConfigureAwait(false);
            Assert.True(stream.Loop.IsCurrent);
        });
    }

    [Fact]
    public async Task Loop_WithManyConnections_RunsOnePieceAtATime()
    {
        var inside = 0;
        var rounds = 0;
        var pairs = new List<Task>();
        for (var i = 0; i < 16; i++)
        {
            var (stream, peer) = await DialedAsync();
            pairs.Add(OnAsync(stream.Loop, async () =>
            {
                var buffer = new byte[100];
                for (var round = 0; round < 200; round++)
                {
                    var read = stream.ReadAsync(buffer);
                    _ = peer.SendAsync(new byte[10]);
                    await read.ConfigureAwait(false);
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    Assert.True(stream.Loop.IsCurrent);
                    rounds++;
                    Thread.SpinWait(100);
                    Interlocked.Decrement(ref inside);
                }
            }));
        }

        await Task.WhenAll(pairs).WaitAsync(Patience);
        Assert.Equal(16 * 200, rounds);
    }

    [Fact]
    public async Task Posts_OfOneCaller_RunInOrder()
    {
        var seen = new List<int>();
        for (var i = 0; i < 10_000; i++)
        {
            Loop.Post(number => seen.Add((int)number!), i);
        }

        await SettleAsync(Loop);
        Assert.Equal(Enumerable.Range(0, 10_000), seen);

        seen.Clear();
        await OnAsync(Loop, async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                Loop.Post(number => seen.Add((int)number!), i);
            }

            Assert.Empty(seen);
            await Loop.NextTurn();
            Assert.Equal(Enumerable.Range(0, 100), seen);
        });
    }

    [Fact]
    public async Task Posts_OfManyThreads_AreAllRun()
    {
        var count = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Loop.Post(_ => count++, null);
                if (i % 100 == 0)
                {
                    Thread.Yield();
                }
            }
        })));

        await SettleAsync(Loop);
        Assert.Equal(160_000, count);
    }

    [Fact]
    public async Task Post_ThatThrows_IsReportedAndTheLoopGoesOn()
    {
        _expectsFaults = true;
        var ran = false;
        Loop.Post(static _ => throw new InvalidOperationException("outside"), null);
        Loop.Post(_ => Loop.Post(static _ => throw new InvalidOperationException("inside"), null), null);
        Loop.Post(_ => ran = true, null);

        // What is posted on the loop itself may run before what came from outside.
        await Eventually.TrueAsync(() => _faults.Count == 2 && ran);

        Assert.Equal(["inside", "outside"], _faults.Select(static fault => fault.Message).Order());
    }

    [Fact]
    public async Task Await_OfALoop_ComesToItAndLeaveGoesAway()
    {
        // The test before may have ended on a loop, and this one begins where that ended.
        await EventLoop.Leave();
        Assert.Null(EventLoop.Current);
        await Transport.Loops[1];
        Assert.Same(Transport.Loops[1], EventLoop.Current);
        var before = Environment.CurrentManagedThreadId;
        await Transport.Loops[1];
        Assert.Equal(before, Environment.CurrentManagedThreadId);
        await Transport.Loops[0];
        Assert.True(Transport.Loops[0].IsCurrent);
        Assert.False(Transport.Loops[1].IsCurrent);
        await EventLoop.Leave();
        Assert.Null(EventLoop.Current);
        Assert.Equal([0, 1], Transport.Loops.Select(static loop => loop.Number));
    }

    [Fact]
    public async Task Enter_FromAnyThread_GoesOnOnTheLoop()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                var loop = Transport.Loops[(number + i) % 2];
                await EventLoop.Enter(loop);
                Assert.True(loop.IsCurrent);
                await EventLoop.Enter(null);
                Assert.True(loop.IsCurrent);
                await EventLoop.Leave();
            }
        })));
    }

    [Fact]
    public async Task Connection_ThatNeverRunsDry_LetsOthersHaveTheirTurn()
    {
        var (busy, peer) = await DialedAsync();
        var stop = false;
        var feeding = Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await peer.SendAsync(new byte[60_000]);
            }

            peer.Close();
        });
        var turns = 0;
        var reading = OnAsync(busy.Loop, async () =>
        {
            var one = new byte[1];
            while (await busy.ReadAsync(one).ConfigureAwait(false) > 0)
            {
            }
        });

        while (turns < 100)
        {
            // One byte at a time is slower than the peer: there is always more.
            await SettleAsync(busy.Loop).WaitAsync(Patience);
            turns++;
        }

        Volatile.Write(ref stop, true);
        busy.Abort();
        await Assert.ThrowsAnyAsync<IOException>(() => reading.WaitAsync(Patience));
        await busy.DisposeAsync();
        await feeding.ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Patience);
    }

    [Fact]
    public async Task MoveTo_WithAReaderWhoWaits_HasHimGoOnOnTheOtherLoop()
    {
        var (stream, peer) = await DialedAsync();
        for (var i = 1; i <= 200; i++)
        {
            var (source, target) = (stream.Loop, Transport.Loops[i % 2]);
            var arrived = false;
            var read = OnAsync(source, async () =>
            {
                var count = await stream.ReadAsync(new byte[10]).ConfigureAwait(false);
                return (count, EventLoop.Current, Volatile.Read(ref arrived));
            });
            await SettleAsync(source);

            // The bytes and the move are on their way at once.
            var send = i % 3 == 0 ? Task.FromResult(0) : Task.Run(() => peer.SendAsync(new byte[] { 1 }));
            var isMoved = await OnAsync(source, () =>
            {
                if (read.IsCompleted)
                {
                    return Task.FromResult(false);
                }

                stream.MoveTo(target, _ => Volatile.Write(ref arrived, true), null);
                return Task.FromResult(true);
            });
            await send;
            if (i % 3 == 0)
            {
                await peer.SendAsync(new byte[] { 1 });
            }

            var (count, where, hadArrived) = await read.WaitAsync(Patience);
            Assert.Equal(1, count);
            await Eventually.TrueAsync(() => !isMoved || Volatile.Read(ref arrived));
            if (isMoved && hadArrived)
            {
                Assert.Same(target, where);
            }

            Assert.Same(isMoved ? target : source, stream.Loop);
            Assert.Equal(1, Transport.Loops.Sum(static loop => loop.Connections));
        }
    }

    [Fact]
    public async Task MoveTo_OfAClosedConnection_LeavesTheCountsAlone()
    {
        var (stream, _) = await DialedAsync();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await OnAsync(Loop, () =>
        {
            stream.Dispose();
            stream.MoveTo(Transport.Loops[1], _ => arrived.SetResult(), null);
            return Task.CompletedTask;
        });

        await arrived.Task.WaitAsync(Patience);
        Assert.Equal([0, 0], Transport.Loops.Select(static loop => loop.Connections));
    }

    [Fact]
    public async Task Lag_OfALoopThatWasKept_IsMeasured()
    {
        var kept = TimeSpan.FromMilliseconds(20);
        Loop.Post(
            _ =>
            {
                for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < kept;)
                {
                    Thread.SpinWait(100);
                }
            },
            null);

        await Eventually.TrueAsync(() => Loop.LagTicks >= kept.Ticks);
    }
}
