using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PgOAuth.IntegrationTests.Fixtures;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>What lies between a proxy and its server: connections that hold little, and a count of what has come through.</summary>
internal sealed class NarrowLine : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _server;
    private readonly ConcurrentBag<Task> _carried = [];
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly Task _accepting;
    private long _fromProxy;
    private long _toProxy;

    private NarrowLine(IPEndPoint server)
    {
        _server = server;
        SmallBuffers.Apply(_listener);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Bytes that the proxy has sent, on all its connections.</summary>
    public long FromProxy => Interlocked.Read(ref _fromProxy);

    /// <summary>Bytes that were sent to the proxy.</summary>
    public long ToProxy => Interlocked.Read(ref _toProxy);

    public static NarrowLine To(string host, int port) => new(new IPEndPoint(IPAddress.Parse(host), port));

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        await Task.WhenAll(_carried);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var proxy = await _listener.AcceptAsync();
                _sockets.Add(proxy);
                _carried.Add(CarryAsync(proxy));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(Socket proxy)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets.Add(server);
        SmallBuffers.Apply(server);
        proxy.NoDelay = true;
        try
        {
            await server.ConnectAsync(_server);
            await Task.WhenAll(
                PumpAsync(proxy, server, count => Interlocked.Add(ref _fromProxy, count), static _ => { }),
                PumpAsync(server, proxy, static _ => { }, count => Interlocked.Add(ref _toProxy, count)));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // One side has gone: so must the other.
        }
        finally
        {
            proxy.Dispose();
            server.Dispose();
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Action<int> received, Action<int> sent)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                received(count);
                for (var rest = buffer.AsMemory(0, count); !rest.IsEmpty;)
                {
                    var written = await to.SendAsync(rest);
                    sent(written);
                    rest = rest[written..];
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other pump must not wait for a side that is gone.
            from.Dispose();
            to.Dispose();
            throw;
        }
    }
}
