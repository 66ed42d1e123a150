using PgOAuth.Auditing;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Auditing;

public sealed class AuditQueueTests : IDisposable
{
    private readonly PgOAuthMetrics _metrics = new(null, "");
    private readonly LogRecorder _log = new();

    public void Dispose()
    {
        _metrics.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Records_ReachEverySinkInOrder_AndAreFlushedAtTheEnd()
    {
        var first = new Sink();
        var second = new Sink();
        await using (var queue = NewQueue(AuditOverflow.RefuseConnections, 100, first, second))
        {
            for (var i = 0; i < 50; i++)
            {
                Assert.True(queue.TryAdd(Record(i)));
            }
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(static i => (long)i), first.Sessions);
        Assert.Equal(first.Sessions, second.Sessions);
    }

    [Theory]
    [InlineData(AuditOverflow.RefuseConnections, false)]
    [InlineData(AuditOverflow.DropRecord, true)]
    public async Task FullQueue_RefusesOrDrops_AsConfigured(AuditOverflow overflow, bool accepted)
    {
        var blocked = new Sink { Gate = new TaskCompletionSource() };
        await using var queue = NewQueue(overflow, 1, blocked);
        Assert.True(queue.TryAdd(Record(1)));
        await blocked.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(queue.TryAdd(Record(2)));

        Assert.Equal(accepted, queue.TryAdd(Record(3)));

        Assert.Contains(_log.Lines, static line => line.EventId.Name == "AuditRecordDropped");
        blocked.Gate.SetResult();
    }

    [Fact]
    public async Task SinkThatThrows_StopsNeitherTheOthersNorTheQueue()
    {
        var good = new Sink();
        await using (var queue = NewQueue(AuditOverflow.RefuseConnections, 10, new Sink { Fails = true }, good))
        {
            queue.TryAdd(Record(1));
            queue.TryAdd(Record(2));
        }

        Assert.Equal([1L, 2L], good.Sessions);
        Assert.Equal(2, _log.Lines.Count(static line => line.EventId.Name == "AuditSinkFailed"));
    }

    private AuditQueue NewQueue(AuditOverflow overflow, int capacity, params IAuditSink[] sinks) =>
        new(new AuditingOptions { Overflow = overflow, QueueCapacity = capacity }, sinks, _metrics, _log.CreateLogger("audit"));

    private static AuditRecord Record(long session) => new()
    {
        Timestamp = DateTimeOffset.UnixEpoch,
        ProxyName = "",
        SessionId = session,
        Endpoint = "127.0.0.1:0",
        Verdict = AuditVerdict.Allowed,
        Reason = "allowed",
    };

    private sealed class Sink : IAuditSink
    {
        public List<long> Sessions { get; } = [];

        public TaskCompletionSource? Gate { get; init; }

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Fails { get; init; }

        public async ValueTask WriteAsync(AuditRecord record, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            if (Gate is not null)
            {
                await Gate.Task;
            }

            if (Fails)
            {
                throw new InvalidOperationException("disk full");
            }

            Sessions.Add(record.SessionId);
        }
    }
}
