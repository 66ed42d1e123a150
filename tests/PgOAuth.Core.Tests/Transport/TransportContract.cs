using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Transport;

/// <summary>What every transport promises. Each has a class that runs all of it.</summary>
public abstract partial class TransportContract : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<Exception> _faults = new();
    private readonly ConcurrentQueue<IAsyncDisposable> _owned = new();
    private ITransport? _transport;
    private bool _expectsFaults;

    private ITransport Transport => _transport!;

    private EventLoop Loop => Transport.Loops[0];

    public ValueTask InitializeAsync()
    {
        _transport = Create(2, _faults.Enqueue);
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned.Reverse())
        {
            await owned.DisposeAsync();
        }

        await Transport.DisposeAsync();
        if (!_expectsFaults)
        {
            Assert.Empty(_faults);
        }
    }

    internal abstract ITransport Create(int loops, Action<Exception> faulted);

    private static Socket Listen(EndPoint? address = null, int backlog = 512)
    {
        address ??= new IPEndPoint(IPAddress.Loopback, 0);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        socket.Bind(address);
        socket.Listen(backlog);
        return socket;
    }

    /// <summary>A connection that the transport dialed, and its peer on a plain socket.</summary>
    private async Task<(TransportStream Stream, Socket Peer)> DialedAsync(EventLoop? loop = null)
    {
        using var listener = Listen();
        var accepting = listener.AcceptAsync();
        var stream = await Transport.ConnectAsync(listener.LocalEndPoint!, loop ?? Loop, TestContext.Current.CancellationToken);
        await EventLoop.Leave();
        _owned.Enqueue(stream);
        var peer = await accepting;
        peer.NoDelay = true;
        _owned.Enqueue(new SocketOwner(peer));
        return (stream, peer);
    }

    /// <summary>A connection that the transport accepted, and its peer on a plain socket.</summary>
    private async Task<(TransportStream Stream, Socket Peer)> AcceptedAsync()
    {
        using var listener = Listen();
        var accepted = new TaskCompletionSource<TransportStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        var acceptor = Transport.Accept(listener, accepted.SetResult, static (error, _) => Assert.Fail(error.Message));
        var peer = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _owned.Enqueue(new SocketOwner(peer));
        await peer.ConnectAsync(listener.LocalEndPoint!);
        var stream = await accepted.Task.WaitAsync(Patience);
        _owned.Enqueue(stream);
        await acceptor.DisposeAsync();
        return (stream, peer);
    }

    /// <summary>Runs on a loop, and comes back from it.</summary>
    private static async Task<T> OnAsync<T>(EventLoop loop, Func<Task<T>> work)
    {
        await loop;
        try
        {
            return await work();
        }
        finally
        {
            await EventLoop.Leave();
        }
    }

    private static async Task OnAsync(EventLoop loop, Func<Task> work)
    {
        await loop;
        try
        {
            await work();
        }
        finally
        {
            await EventLoop.Leave();
        }
    }

    /// <summary>Waits until everything that was posted before has run.</summary>
    private static Task SettleAsync(EventLoop loop) => OnAsync(loop, static () => Task.CompletedTask);

    private static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> ReadExactlyAsync(Stream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Patience);
        return bytes;
    }

    private static async Task<byte[]> ReceiveExactlyAsync(Socket peer, int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var count = await peer.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(Patience);
            Assert.NotEqual(0, count);
            read += count;
        }

        return bytes;
    }

    private sealed class SocketOwner(Socket socket) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return default;
        }
    }
}
