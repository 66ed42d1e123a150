using System.Net;
using System.Net.Sockets;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Transport;

/// <content>Accepting and dialing.</content>
public abstract partial class TransportContract
{
    [Fact]
    public async Task Connect_ToNobody_IsRefusedOnTheLoop()
    {
        var listener = Listen();
        var address = listener.LocalEndPoint!;
        listener.Dispose();

        await OnAsync(Loop, async () =>
        {
            var error = await Assert.ThrowsAnyAsync<SocketException>(() => Transport.ConnectAsync(address, Loop, default).AsTask());
            Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
            Assert.True(Loop.IsCurrent);
        });

        await Assert.ThrowsAnyAsync<SocketException>(() => Transport.ConnectAsync(new UnixDomainSocketEndPoint("/tmp/pgoauth-nobody"), Loop, default).AsTask());
        await EventLoop.Leave();
        Assert.Equal(0, Loop.Connections);
    }

    [Fact]
    public async Task Connect_ThatIsNotAnswered_EndsByToken()
    {
        // A backlog that is full answers nobody.
        using var listener = Listen(backlog: 0);
        using var cancel = new CancellationTokenSource();
        var dials = Enumerable.Range(0, 8).Select(_ => OnAsync(Loop, () => Transport.ConnectAsync(listener.LocalEndPoint!, Loop, cancel.Token).AsTask())).ToList();
        await Eventually.TrueAsync(() => dials.Any(static dial => dial.IsCompleted));

        await cancel.CancelAsync();

        var ended = 0;
        foreach (var dial in dials)
        {
            try
            {
                await (await dial.WaitAsync(Patience)).DisposeAsync();
            }
            catch (OperationCanceledException)
            {
                ended++;
            }
        }

        Assert.True(ended > 0);
        await SettleAsync(Loop);
        Assert.Equal(0, Loop.Connections);
    }

    [Fact]
    public async Task Connect_ToAUnixSocketWithAFullBacklog_WaitsForItsTurn()
    {
        using var folder = new TemporaryFolder();
        var address = new UnixDomainSocketEndPoint(Path.Combine(folder.Path, "s"));
        using var listener = Listen(address, backlog: 1);
        var dials = Enumerable.Range(0, 10).Select(_ => OnAsync(Loop, () => Transport.ConnectAsync(address, Loop, default).AsTask())).ToList();

        for (var i = 0; i < 10; i++)
        {
            using var accepted = await listener.AcceptAsync().WaitAsync(Patience);
        }

        foreach (var dial in dials)
        {
            await (await dial.WaitAsync(Patience)).DisposeAsync();
        }
    }

    [Fact]
    public async Task UnixSocket_AcceptedAndDialed_HasNoAddressAndWorks()
    {
        using var folder = new TemporaryFolder();
        var address = new UnixDomainSocketEndPoint(Path.Combine(folder.Path, "s"));
        using var listener = Listen(address);
        var accepted = new TaskCompletionSource<TransportStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var acceptor = Transport.Accept(listener, accepted.SetResult, static (error, _) => Assert.Fail(error.Message));
        await using var client = await OnAsync(Loop, () => Transport.ConnectAsync(address, Loop, default).AsTask());
        await using var server = await accepted.Task.WaitAsync(Patience);

        await client.WriteAsync(new byte[] { 1, 2 });
        Assert.Equal([1, 2], await ReadExactlyAsync(server, 2));
        await server.WriteAsync(new byte[] { 3 });
        Assert.Equal([3], await ReadExactlyAsync(client, 1));

        Assert.Null(client.RemoteEndPoint);
        Assert.Null(server.RemoteEndPoint);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Address_OfBothSides_IsThePeers(string text)
    {
        using var listener = Listen(new IPEndPoint(IPAddress.Parse(text), 0));
        var accepted = new TaskCompletionSource<TransportStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        var acceptor = Transport.Accept(listener, accepted.SetResult, static (error, _) => Assert.Fail(error.Message));
        using var client = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        await using var server = await accepted.Task.WaitAsync(Patience);

        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        await acceptor.DisposeAsync();

        await using var dialed = await OnAsync(Loop, () => Transport.ConnectAsync(listener.LocalEndPoint!, Loop, default).AsTask());
        Assert.Equal(listener.LocalEndPoint, dialed.RemoteEndPoint);
    }

    [Fact]
    public async Task Accept_Of1000Connections_SharesThemOut()
    {
        using var listener = Listen();
        var streams = new List<TransportStream>();
        var acceptor = Transport.Accept(
            listener,
            stream =>
            {
                Assert.True(stream.Loop.IsCurrent);
                lock (streams)
                {
                    streams.Add(stream);
                }
            },
            (error, _) => _faults.Enqueue(error));
        var clients = Enumerable.Range(0, 1_000).Select(static _ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var part in clients.Chunk(100))
        {
            await Task.WhenAll(part.Select(client => client.ConnectAsync(listener.LocalEndPoint!)));
        }

        await Eventually.TrueAsync(() => Transport.Loops.Sum(static loop => loop.Connections) == 1_000);
        await acceptor.DisposeAsync();
        Assert.Null(EventLoop.Current);
        foreach (var loop in Transport.Loops)
        {
            await SettleAsync(loop);
        }

        Assert.Equal(1_000, streams.Count);
        Assert.All(Transport.Loops, static loop => Assert.InRange(loop.Connections, 300, 700));
        clients.ForEach(static client => client.Dispose());
        streams.ForEach(static stream => stream.Dispose());
        await Eventually.TrueAsync(() => Transport.Loops.All(static loop => loop.Connections == 0));
    }

    [Fact]
    public async Task Accept_ThatIsDisposed_LeavesTheListenerToItsOwner()
    {
        using var listener = Listen();
        var acceptor = Transport.Accept(listener, static stream => stream.Dispose(), static (_, _) => { });
        await acceptor.DisposeAsync();

        listener.Blocking = true;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        using var accepted = await listener.AcceptAsync().WaitAsync(Patience);
        Assert.True(accepted.Connected);
    }

    [Fact]
    public async Task Accept_OnASocketThatNoLongerListens_IsOverForGood()
    {
        using var listener = Listen();
        var failed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var acceptor = Transport.Accept(listener, static stream => stream.Dispose(), (_, goesOn) => failed.TrySetResult(goesOn));

        listener.Shutdown(SocketShutdown.Both);

        Assert.False(await failed.Task.WaitAsync(Patience));
    }
}
