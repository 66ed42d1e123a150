using System.Net;
using System.Net.Sockets;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;
using PgOAuth.Transport;
using Xunit;

namespace PgOAuth.Listening;

public sealed class ProxyListenerTests
{
    private readonly LogRecorder _log = new();

    [Fact]
    public async Task Listener_ThatCanNoLongerAccept_SaysSoAndTellsTheHost()
    {
        await using var listener = Bind();
        var died = new TaskCompletionSource<Exception>();
        listener.Start(new DyingTransport(), static (stream, _) => stream.Dispose(), died.SetResult);

        Assert.IsType<SocketException>(await died.Task.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Contains(_log.Lines, static line => line.EventId.Id == PgOAuthEventIds.AcceptLoopDied);
    }

    [Fact]
    public async Task Listener_ThatIsStopped_EndsInPeaceAndRefusesConnections()
    {
        var listener = Bind();
        listener.Start(TestTransport.Shared, static (stream, _) => stream.Dispose(), static error => Assert.Fail(error.Message));
        var address = listener.LocalEndPoint;

        await listener.DisposeAsync();

        await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(address));
        Assert.DoesNotContain(_log.Lines, static line => line.EventId.Id == PgOAuthEventIds.AcceptLoopDied);
    }

    private ProxyListener Bind() =>
        ProxyListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), new EndpointSnapshot(new EndpointOptions(), null), _log.CreateLogger("x"));

    private sealed class DyingTransport : ITransport, IAsyncDisposable
    {
        public IReadOnlyList<EventLoop> Loops => TestTransport.Shared.Loops;

        public IAsyncDisposable Accept(Socket listener, Action<TransportStream> accepted, Action<SocketException, bool> failed)
        {
            failed(new SocketException((int)SocketError.NotSocket), false);
            return this;
        }

        public ValueTask<TransportStream> ConnectAsync(EndPoint address, EventLoop loop, CancellationToken cancellationToken) =>
            TestTransport.Shared.ConnectAsync(address, loop, cancellationToken);

        public ValueTask DisposeAsync() => default;
    }
}
