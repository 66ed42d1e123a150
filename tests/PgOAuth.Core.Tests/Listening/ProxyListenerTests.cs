using System.Net;
using System.Net.Sockets;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Listening;

public sealed class ProxyListenerTests
{
    private readonly LogRecorder _log = new();

    [Fact]
    public async Task Listener_WhoseLoopDies_SaysSoAndEndsItsTask()
    {
        await using var listener = Bind(static (socket, _) =>
        {
            socket.Dispose();
            throw new InvalidOperationException("defect");
        });
        listener.Start();

        await using var client = await RawClient.ConnectAsync(listener.LocalEndPoint);

        await Assert.ThrowsAsync<InvalidOperationException>(() => listener.Completion.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(_log.Lines, static line => line.EventId.Id == PgOAuthEventIds.AcceptLoopDied);
    }

    [Fact]
    public async Task Listener_ThatIsStopped_EndsInPeaceAndRefusesConnections()
    {
        var listener = Bind(static (socket, _) => socket.Dispose());
        listener.Start();
        var address = listener.LocalEndPoint;

        await listener.DisposeAsync();

        Assert.True(listener.Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(address));
        Assert.DoesNotContain(_log.Lines, static line => line.EventId.Id == PgOAuthEventIds.AcceptLoopDied);
    }

    private ProxyListener Bind(Action<Socket, EndpointSnapshot> accepted) =>
        ProxyListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), new EndpointSnapshot(new EndpointOptions(), null), accepted, TimeProvider.System, _log.CreateLogger("x"));
}
