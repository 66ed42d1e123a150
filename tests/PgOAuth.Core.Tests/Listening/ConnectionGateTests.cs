using System.Net;
using PgOAuth.Options;
using PgOAuth.Sessions;
using Xunit;

namespace PgOAuth.Listening;

public sealed class ConnectionGateTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress There = IPAddress.Parse("192.0.2.2");

    [Fact]
    public void Connections_UpToTheCap_GetIn()
    {
        var gate = new ConnectionGate(new ProxyLimits { MaxConnections = 2 });

        Assert.Equal(SessionEndReason.None, Enter(gate, Here, out _));
        Assert.Equal(SessionEndReason.None, Enter(gate, There, out var second));
        Assert.Equal(SessionEndReason.TooManyConnections, Enter(gate, Here, out var third));

        third.Dispose();
        second.Dispose();
        Assert.Equal(SessionEndReason.None, Enter(gate, There, out _));
    }

    [Fact]
    public void ConnectionsOfOneAddress_UpToTheCap_GetIn()
    {
        var gate = new ConnectionGate(new ProxyLimits { MaxConnectionsPerAddress = 1 });

        Assert.Equal(SessionEndReason.None, Enter(gate, Here, out var first));
        Assert.Equal(SessionEndReason.TooManyConnectionsFromAddress, Enter(gate, Here, out var second));
        Assert.Equal(SessionEndReason.None, Enter(gate, There, out _));
        first.Dispose();
        second.Dispose();
        Assert.Equal(SessionEndReason.None, Enter(gate, Here, out _));
    }

    [Fact]
    public void ConnectionsWithoutAddress_HaveNoCapOfTheirOwn()
    {
        var gate = new ConnectionGate(new ProxyLimits { MaxConnectionsPerAddress = 1 });

        Assert.Equal(SessionEndReason.None, Enter(gate, null, out _));
        Assert.Equal(SessionEndReason.None, Enter(gate, null, out _));
        Assert.Equal(SessionEndReason.None, Enter(gate, IPAddress.IPv6Loopback, out _));
    }

    [Fact]
    public void Unauthenticated_UpToTheCap_GetInAndLogInsMakeRoom()
    {
        var gate = new ConnectionGate(new ProxyLimits { MaxUnauthenticatedConnections = 1 });

        Assert.Equal(SessionEndReason.None, Enter(gate, Here, out var first));
        Assert.Equal(SessionEndReason.TooManyUnauthenticatedConnections, Enter(gate, There, out var second));
        second.Dispose();
        first.Authenticated();
        Assert.Equal(SessionEndReason.None, Enter(gate, There, out _));
        Assert.Equal((2, 1), (gate.Total, gate.Unauthenticated));
    }

    [Fact]
    public void A45_UnauthenticatedOfOneAddress_GetHalfOfThePlaces()
    {
        var gate = new ConnectionGate(new ProxyLimits { MaxUnauthenticatedConnections = 4 });

        Assert.Equal(SessionEndReason.None, Enter(gate, Here, out var first));
        Assert.Equal(SessionEndReason.None, Enter(gate, Here, out _));
        Assert.Equal(SessionEndReason.TooManyUnauthenticatedConnections, Enter(gate, Here, out var third));
        third.Dispose();
        Assert.Equal(SessionEndReason.None, Enter(gate, There, out _));

        first.Authenticated();
        Assert.Equal(SessionEndReason.None, Enter(gate, Here, out _));
    }

    [Fact]
    public void A45_UnauthenticatedWithoutAddress_ShareOnlyTheWholeCap()
    {
        var gate = new ConnectionGate(new ProxyLimits { MaxUnauthenticatedConnections = 3 });

        Assert.All(Enumerable.Range(0, 3), number => Assert.Equal(SessionEndReason.None, Enter(gate, null, out _)));
        Assert.Equal(SessionEndReason.TooManyUnauthenticatedConnections, Enter(gate, null, out _));
    }

    [Fact]
    public void E26_Lease_IsGivenBackOnce()
    {
        var gate = new ConnectionGate(new ProxyLimits());
        Enter(gate, Here, out var lease);
        Enter(gate, Here, out _);

        lease.Authenticated();
        lease.Authenticated();
        lease.Dispose();
        lease.Dispose();

        Assert.Equal((1, 1, 1), (gate.Total, gate.Unauthenticated, gate.Addresses));
    }

    [Fact]
    public async Task E26_ConcurrentComingAndGoing_LeavesNothing()
    {
        var gate = new ConnectionGate(new ProxyLimits { MaxConnections = 5, MaxConnectionsPerAddress = 3, MaxUnauthenticatedConnections = 4 });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Enter(gate, i % 3 == 0 ? null : i % 3 == 1 ? Here : There, out var lease);
                if ((i + worker) % 2 == 0)
                {
                    lease.Authenticated();
                }

                lease.Dispose();
            }
        })));

        Assert.Equal((0, 0, 0), (gate.Total, gate.Unauthenticated, gate.Addresses));
    }

    private static SessionEndReason Enter(ConnectionGate gate, IPAddress? address, out ConnectionLease lease)
    {
        lease = gate.Enter(address, out var refused);
        return refused;
    }
}
