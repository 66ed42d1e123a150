using System.Diagnostics.Metrics;
using PgOAuth.Operations;
using PgOAuth.Transport;

namespace PgOAuth.Diagnostics;

/// <content>Pools, relay and loops: read when somebody asks, so that counting costs the data path nothing.</content>
internal sealed partial class PgOAuthMetrics
{
    /// <summary>A client was given a server connection, or gave up; how long it had waited.</summary>
    internal void PoolWaited(TimeSpan duration, bool isAssigned)
    {
        if (_poolWait.Enabled)
        {
            _poolWait.Record(duration.TotalSeconds, _proxy, new(TagNames.Verdict, isAssigned ? "assigned" : "refused"));
        }
    }

    /// <summary>Adds the instruments that look at what runs.</summary>
    internal void Observe(ProxyControl control, IReadOnlyList<EventLoop> loops)
    {
        _meter.CreateObservableUpDownCounter("pgoauth.pool.connections", () => PoolConnections(control), "{connection}", "Server connections by state.");
        _meter.CreateObservableUpDownCounter(
            "pgoauth.pool.waiting", () => new Measurement<long>(control.GetPools().Sum(static pool => (long)pool.ClientsWaiting), _proxy), "{client}", "Clients that wait for a server connection.");
        _meter.CreateObservableCounter("pgoauth.relay.bytes", () => RelayBytes(control), "By", "Bytes from clients and to clients.");
        _meter.CreateObservableGauge("pgoauth.loop.lag", () => Lags(loops), "s", "How long the latest round of events took.");
        _meter.CreateObservableUpDownCounter("pgoauth.loop.connections", () => LoopConnections(loops), "{connection}", "Connections of clients and servers that live on a loop.");
    }

    private IEnumerable<Measurement<long>> PoolConnections(ProxyControl control)
    {
        var pools = control.GetPools();
        yield return new(pools.Sum(static pool => (long)pool.ServersActive), _proxy, new(TagNames.State, "active"));
        yield return new(pools.Sum(static pool => (long)pool.ServersIdle), _proxy, new(TagNames.State, "idle"));
        yield return new(pools.Sum(static pool => (long)pool.ServersUsed), _proxy, new(TagNames.State, "used"));
        yield return new(pools.Sum(static pool => (long)pool.ServersLogin), _proxy, new(TagNames.State, "login"));
    }

    private IEnumerable<Measurement<long>> RelayBytes(ProxyControl control)
    {
        var (received, sent) = control.Statistics.SumBytes();
        yield return new(received, _proxy, new(TagNames.Direction, "receive"));
        yield return new(sent, _proxy, new(TagNames.Direction, "transmit"));
    }

    private IEnumerable<Measurement<double>> Lags(IReadOnlyList<EventLoop> loops)
    {
        foreach (var loop in loops)
        {
            yield return new(TimeSpan.FromTicks(loop.LagTicks).TotalSeconds, _proxy, new(TagNames.Loop, loop.Number));
        }
    }

    private IEnumerable<Measurement<long>> LoopConnections(IReadOnlyList<EventLoop> loops)
    {
        foreach (var loop in loops)
        {
            yield return new(loop.Connections, _proxy, new(TagNames.Loop, loop.Number));
        }
    }
}
