using System.Net;
using PgOAuth.Diagnostics;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Listening;

public sealed class DroppedConnectionsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly LogRecorder _log = new();

    [Fact]
    public void Drops_AreToldAtOnce_AndThenOnceAMinuteWithTheirNumber()
    {
        var dropped = new DroppedConnections(_time, _log.CreateLogger("test"));
        dropped.Add(IPAddress.Parse("192.0.2.1"));
        for (var i = 0; i < 10; i++)
        {
            dropped.Add(null);
        }

        _time.Advance(TimeSpan.FromSeconds(59));
        dropped.Add(null);
        Assert.Equal("1 connection(s)", Assert.Single(Told)[..15]);
        Assert.Contains("192.0.2.1", Told[0], StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(1));
        dropped.Add(IPAddress.Parse("2001:db8::7"));
        dropped.Add(null);

        Assert.Equal(2, Told.Count);
        Assert.Equal("12 connection(s)", Told[1][..16]);
        Assert.Contains("2001:db8::7", Told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Drops_OfManyThreads_AreToldOnce()
    {
        var dropped = new DroppedConnections(_time, _log.CreateLogger("test"));
        Parallel.For(0, 1_000, _ => dropped.Add(IPAddress.Loopback));

        Assert.Single(Told);
    }

    private List<string> Told => [.. _log.Lines.Where(static line => line.EventId.Id == PgOAuthEventIds.ConnectionsDropped).Select(static line => line.Message)];
}
