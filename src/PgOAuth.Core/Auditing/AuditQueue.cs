using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Options;

namespace PgOAuth.Auditing;

/// <summary>Stage 8: takes records from sessions without waiting and hands them to the sinks, one by one, in order.</summary>
internal sealed class AuditQueue : IAsyncDisposable
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    private readonly Channel<AuditRecord> _records;
    private readonly IAuditSink[] _sinks;
    private readonly AuditOverflow _overflow;
    private readonly PgOAuthMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _abort = new();
    private readonly Task _writer;

    internal AuditQueue(AuditingOptions options, IEnumerable<IAuditSink> sinks, PgOAuthMetrics metrics, ILogger logger)
    {
        _records = Channel.CreateBounded<AuditRecord>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        _sinks = [.. sinks];
        _overflow = options.Overflow;
        _metrics = metrics;
        _logger = logger;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Queues a record; false when it could not be and the connection must therefore be refused.</summary>
    internal bool TryAdd(AuditRecord record)
    {
        if (_records.Writer.TryWrite(record))
        {
            return true;
        }

        _metrics.AuditDropped();
        Log.AuditRecordDropped(_logger, record.SessionId);
        return _overflow == AuditOverflow.DropRecord;
    }

    /// <summary>Lets the sinks finish what is queued, for a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_records.Writer.TryComplete())
        {
            return;
        }

        _abort.CancelAfter(FlushTimeout);
        await _writer.ConfigureAwait(false);
        _abort.Dispose();
    }

    private async Task WriteAsync()
    {
        while (await _records.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (_records.Reader.TryRead(out var record))
            {
                await WriteAsync(record).ConfigureAwait(false);
            }

            if (!_records.Reader.Completion.IsCompleted)
            {
                // Waking this task for each record would cost a login more than everything else it does.
                await Task.Delay(Gathering, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask WriteAsync(AuditRecord record)
    {
        foreach (var sink in _sinks)
        {
            try
            {
                await sink.WriteAsync(record, _abort.Token).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // Code of the host application: a sink that fails must not stop the others or the proxy.
                _metrics.AuditDropped();
                Log.AuditSinkFailed(_logger, error, record.SessionId, sink.GetType().Name);
            }
        }
    }
}
