using System.Net.Sockets;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Transport;

/// <content>How operations and connections end.</content>
public abstract partial class TransportContract
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_OfARead_EndsThatReadOnly(bool onLoop)
    {
        var (stream, peer) = await DialedAsync();
        async Task TestAsync()
        {
            for (var i = 0; i < 20; i++)
            {
                using var cancel = new CancellationTokenSource();
                var read = stream.ReadAsync(i % 2 == 0 ? new byte[10] : Memory<byte>.Empty, cancel.Token).AsTask();
                await cancel.CancelAsync();
                Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(Patience))).CancellationToken);
            }

            using var early = new CancellationTokenSource();
            await early.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadAsync(new byte[1], early.Token).AsTask());
            await peer.SendAsync(new byte[] { 1 });
            Assert.Equal([1], await ReadExactlyAsync(stream, 1));
            await stream.WriteAsync(new byte[] { 2 });
            Assert.Equal([2], await ReceiveExactlyAsync(peer, 1));
        }

        await (onLoop ? OnAsync(stream.Loop, TestAsync) : TestAsync());
    }

    [Fact]
    public async Task Cancel_ThatComesTooLate_DoesNotHitTheNextRead()
    {
        var (stream, peer) = await DialedAsync();
        await OnAsync(stream.Loop, async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                using var cancel = new CancellationTokenSource();
                var first = stream.ReadAsync(new byte[1], cancel.Token).AsTask();
                var race = Task.Run(cancel.Cancel);
                await peer.SendAsync(new byte[] { 1 });
                var taken = await first.ContinueWith(static read => read.IsCompletedSuccessfully, TaskScheduler.Default).WaitAsync(Patience);
                await stream.Loop;
                var second = stream.ReadAsync(new byte[1]).AsTask();
                await race;
                if (taken)
                {
                    await peer.SendAsync(new byte[] { 2 });
                }

                Assert.Equal(1, await second.WaitAsync(Patience));
                await stream.Loop;
            }
        });
    }

    [Fact]
    public async Task Cancel_OfAWrite_EndsThatWriteOnly()
    {
        var (stream, peer) = await DialedAsync();
        using var cancel = new CancellationTokenSource();
        var writing = OnAsync(stream.Loop, () => stream.WriteAsync(new byte[16_000_000], cancel.Token).AsTask());
        await ReceiveExactlyAsync(peer, 1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Patience));
        await peer.SendAsync(new byte[] { 1 });
        Assert.Equal([1], await ReadExactlyAsync(stream, 1));
        var mark = Task.Run(() => stream.WriteAsync(new byte[] { 200 }).AsTask());
        var buffer = new byte[100_000];
        int count;
        do
        {
            count = await peer.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Patience);
        }
        while (count > 0 && buffer[count - 1] != 200);
        await mark.WaitAsync(Patience);
    }

    [Fact]
    public async Task Reset_OfThePeer_FailsReadsAndWrites()
    {
        var (stream, peer) = await AcceptedAsync();
        var read = OnAsync(stream.Loop, () => stream.ReadAsync(new byte[1]).AsTask());
        await SettleAsync(stream.Loop);

        peer.LingerState = new LingerOption(true, 0);
        peer.Close();

        var error = await Assert.ThrowsAnyAsync<IOException>(() => read.WaitAsync(Patience));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsAssignableFrom<SocketException>(error.InnerException).SocketErrorCode);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await stream.WriteAsync(new byte[100]);
            }
        });
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Giving_UpAConnection_FailsWhatWaitsAndWhatComes(bool abort, bool onLoop)
    {
        var (stream, peer) = await DialedAsync();
        var read = OnAsync(stream.Loop, () => stream.ReadAsync(new byte[1]).AsTask());
        var write = OnAsync(stream.Loop, () => stream.WriteAsync(new byte[16_000_000]).AsTask());
        await SettleAsync(stream.Loop);
        Assert.Equal(1, stream.Loop.Connections);

        await (onLoop ? OnAsync(stream.Loop, GiveUpAsync) : GiveUpAsync());

        await Assert.ThrowsAnyAsync<IOException>(() => read.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<IOException>(() => write.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<IOException>(() => stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<IOException>(() => stream.WriteAsync(new byte[1]).AsTask().WaitAsync(Patience));
        stream.ShutdownSend();
        stream.Abort();
        await stream.DisposeAsync();
        await stream.DisposeAsync();
        await SettleAsync(stream.Loop);
        Assert.Equal(0, stream.Loop.Connections);
        await ReadToEndAsync(peer);

        Task GiveUpAsync()
        {
            if (abort)
            {
                stream.Abort();
                stream.Abort();
            }
            else
            {
                stream.Dispose();
                stream.Dispose();
            }

            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Second_ReaderOrWriter_IsADefectThatIsSaid()
    {
        var (stream, peer) = await DialedAsync();
        await OnAsync(stream.Loop, async () =>
        {
            var read = stream.ReadAsync(new byte[1]).AsTask();
            var write = stream.WriteAsync(new byte[16_000_000]).AsTask();

            await Assert.ThrowsAsync<InvalidOperationException>(() => ReadExactlyAsync(stream, 1));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WriteAsync(new byte[1]));

            await peer.SendAsync(new byte[] { 1 });
            Assert.Equal(1, await read.WaitAsync(Patience));
            var drain = ReceiveExactlyAsync(peer, 16_000_000);
            await write.WaitAsync(Patience);
            await drain;
        });
    }

    [Fact]
    public async Task Transport_ThatIsDisposed_ClosesWhatIsOpenAndStillRunsWhatIsPosted()
    {
        await using var transport = Create(1, _faults.Enqueue);
        using var listener = Listen();
        var accepting = listener.AcceptAsync();
        var stream = await OnAsync(transport.Loops[0], () => transport.ConnectAsync(listener.LocalEndPoint!, transport.Loops[0], default).AsTask());
        using var peer = await accepting;
        var read = OnAsync(stream.Loop, () => stream.ReadAsync(new byte[1]).AsTask());
        await SettleAsync(stream.Loop);

        await transport.DisposeAsync();

        await Assert.ThrowsAnyAsync<IOException>(() => read.WaitAsync(Patience));
        await ReadToEndAsync(peer);
        await Assert.ThrowsAnyAsync<IOException>(() => stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
        await Assert.ThrowsAsync<SocketException>(() => OnAsync(
            transport.Loops[0],
            () => transport.ConnectAsync(listener.LocalEndPoint!, transport.Loops[0], default).AsTask()).WaitAsync(Patience));
        await stream.DisposeAsync();
        await SettleAsync(stream.Loop).WaitAsync(Patience);
        Assert.Equal(0, stream.Loop.Connections);
    }

    private static async Task ReadToEndAsync(Socket peer)
    {
        try
        {
            while (await peer.ReceiveAsync(new byte[100_000].AsMemory()).AsTask().WaitAsync(Patience) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }
    }
}
