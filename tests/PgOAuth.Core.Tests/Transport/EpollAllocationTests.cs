using System.Net;
using System.Net.Sockets;
using PgOAuth.Transport.Epoll;
using Xunit;

namespace PgOAuth.Transport;

public sealed class EpollAllocationTests
{
    [Fact]
    public async Task PingPong_OnOneLoop_AllocatesNothing()
    {
        Assert.SkipUnless(TransportFactory.HasLoops, "epoll is Linux.");
        await using var transport = new EpollTransport(1, static error => Assert.Fail(error.Message));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var accepted = new TaskCompletionSource<TransportStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var acceptor = transport.Accept(listener, accepted.SetResult, static (error, _) => Assert.Fail(error.Message));
        var loop = transport.Loops[0];
        await using var client = await transport.ConnectAsync(listener.LocalEndPoint!, loop, TestContext.Current.CancellationToken);
        await using var server = await accepted.Task;
        var (allocated, isOneThread) = await PingPongAsync(client, server);

        Assert.True(isOneThread);
        Assert.Equal(0, allocated);
    }

    /// <summary>Waits without a buffer and with a token, as the relay does.</summary>
    private static async Task<(long Allocated, bool IsOneThread)> PingPongAsync(TransportStream client, TransportStream server)
    {
        using var session = new CancellationTokenSource();
        await client.Loop;
        var (ping, pong) = (new byte[100], new byte[1_000]);
        var before = 0L;
        var thread = Environment.CurrentManagedThreadId;
        for (var i = 0; i < 2_000; i++)
        {
            if (i == 1_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            var waiting = server.ReadAsync(Memory<byte>.Empty, session.Token);
            await client.WriteAsync(ping, session.Token).ConfigureAwait(false);
            await waiting.ConfigureAwait(false);
            _ = await server.ReadAsync(ping, session.Token).ConfigureAwait(false);
            var answer = client.ReadAsync(pong, session.Token);
            await server.WriteAsync(pong, session.Token).ConfigureAwait(false);
            await answer.ConfigureAwait(false);
        }

        var result = (GC.GetAllocatedBytesForCurrentThread() - before, thread == Environment.CurrentManagedThreadId);
        await EventLoop.Leave();
        return result;
    }
}
