using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using PgOAuth.Operations;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Diagnostics;

/// <summary>The instruments that are read when somebody asks.</summary>
public sealed class PgOAuthMetricsTests
{
    [Fact]
    public async Task Engine_IsObserved_WhileASessionRuns()
    {
        await using var meters = new Meters();
        await using var bed = await ProxyTestBed.StartAsync(static options => options.Transport.Loops = 2, code => code.MeterFactory = meters, plaintext: true);
        await using var client = await bed.ConnectAsync();
        await client.LogInAsync("good");

        var seen = meters.Observe();

        Assert.Equal(1, seen["pgoauth.pool.connections pgoauth.state=active"]);
        Assert.Equal(0, seen["pgoauth.pool.connections pgoauth.state=idle"]);
        Assert.Equal(0, seen["pgoauth.pool.connections pgoauth.state=used"]);
        Assert.Equal(0, seen["pgoauth.pool.connections pgoauth.state=login"]);
        Assert.Equal(0, seen["pgoauth.pool.waiting"]);
        Assert.Equal(2, seen["pgoauth.loop.connections pgoauth.loop.number=0"] + seen["pgoauth.loop.connections pgoauth.loop.number=1"]);
        Assert.True(seen["pgoauth.loop.lag pgoauth.loop.number=0"] >= 0);
        Assert.Contains("pgoauth.relay.bytes network.io.direction=receive", seen.Keys);
        Assert.Contains("pgoauth.relay.bytes network.io.direction=transmit", seen.Keys);
    }

    [Fact]
    public async Task PoolWait_IsRecordedWithItsVerdict()
    {
        await using var meters = new Meters();
        using var metrics = new PgOAuthMetrics(meters, "tenants");

        metrics.PoolWaited(TimeSpan.FromSeconds(2), isAssigned: true);
        metrics.PoolWaited(TimeSpan.FromSeconds(3), isAssigned: false);

        var seen = meters.Observe();
        Assert.Equal(2, seen["pgoauth.pool.wait.duration pgoauth.verdict=assigned"]);
        Assert.Equal(3, seen["pgoauth.pool.wait.duration pgoauth.verdict=refused"]);
    }

    [Fact]
    public void Statistics_AddUpWhatTheLoopsCount()
    {
        var board = new StatisticsBoard();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var counters = board.Add("shop", static () => 0);
            counters.Assigned(TimeSpan.FromSeconds(1));
            counters.Received(10);
            counters.Sent(100);
            counters.QueryOver(Stopwatch.Frequency);
            counters.QueryOver(Stopwatch.Frequency * 2);
            counters.TransactionOver(Stopwatch.Frequency * 4);
        }

        board.Add("store", static () => 0).Sent(5);

        Assert.Equal((20, 205), board.SumBytes());
        Assert.Equal(
            [
                new ProxyStatistics { Database = "shop", Assignments = 2, Transactions = 2, Queries = 4, BytesReceived = 20, BytesSent = 200, TransactionTime = TimeSpan.FromSeconds(8), QueryTime = TimeSpan.FromSeconds(6), WaitTime = TimeSpan.FromSeconds(2) },
                new ProxyStatistics { Database = "store", Assignments = 0, Transactions = 0, Queries = 0, BytesReceived = 0, BytesSent = 5, TransactionTime = TimeSpan.Zero, QueryTime = TimeSpan.Zero, WaitTime = TimeSpan.Zero },
            ],
            board.Collect());
    }

    /// <summary>One proxy's meter and the last value of each of its instruments.</summary>
    private sealed class Meters : IMeterFactory, IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, double> _seen = new();
        private readonly MeterListener _listener = new();
        private Meter? _meter;

        public Meter Create(MeterOptions options)
        {
            _meter = new Meter(options.Name, options.Version, options.Tags, this);
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == this)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.Start();
            return _meter;
        }

        public ConcurrentDictionary<string, double> Observe()
        {
            _listener.RecordObservableInstruments();
            return _seen;
        }

        public void Dispose()
        {
            _listener.Dispose();
            _meter?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = instrument.Name;
            foreach (var (key, tag) in tags)
            {
                if (key != TagNames.ProxyName)
                {
                    name += $" {key}={tag}";
                }
            }

            _seen[name] = value;
        }
    }
}
