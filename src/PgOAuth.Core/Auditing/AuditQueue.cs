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

    private readonly Channel<AuditEntry> _records;
    private readonly IAuditSink[] _sinks;
    private readonly AuditOverflow _overflow;
    private readonly PgOAuthMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _abort = new();
    private readonly Task _writer;
    private readonly int _maxStatements;
    private int _statements;
    private int _isDroppingStatements;

    internal AuditQueue(AuditingOptions options, IEnumerable<IAuditSink> sinks, PgOAuthMetrics metrics, ILogger logger)
    {
        _records = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        _sinks = [.. sinks];
        _overflow = options.Overflow;
        _maxStatements = options.QueueCapacity - (options.QueueCapacity / 4);
        Statements = options.Statements;
        _metrics = metrics;
        _logger = logger;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Which statements are audited.</summary>
    internal StatementAudit Statements { get; }

    /// <summary>Queues a record; false when it could not be and the connection must therefore be refused.</summary>
    internal bool TryAdd(AuditRecord record)
    {
        if (_records.Writer.TryWrite(new AuditEntry(record)))
        {
            return true;
        }

        _metrics.AuditDropped();
        Log.AuditRecordDropped(_logger, record.SessionId);
        return _overflow == AuditOverflow.DropRecord;
    }

    /// <summary>
    /// Queues what was decided on a statement; false when it could not be and the statement must therefore be refused. A quarter of the
    /// queue is for connections: whoever sends statements cannot keep others from logging in.
    /// </summary>
    internal bool TryAdd(in AuditEntry statement)
    {
        if (Interlocked.Increment(ref _statements) <= _maxStatements && _records.Writer.TryWrite(statement))
        {
            if (Volatile.Read(ref _isDroppingStatements) != 0)
            {
                Volatile.Write(ref _isDroppingStatements, 0);
            }

            return true;
        }

        Interlocked.Decrement(ref _statements);
        _metrics.AuditDropped();
        if (Interlocked.Exchange(ref _isDroppingStatements, 1) == 0)
        {
            // Once, and not for each statement: what is too much for the sinks is too much for the log.
            Log.AuditRecordDropped(_logger, statement.SessionId);
        }

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
            while (_records.Reader.TryRead(out var entry))
            {
                if (entry.IsStatement)
                {
                    Interlocked.Decrement(ref _statements);
                }

                await WriteAsync(entry).ConfigureAwait(false);
            }

            if (!_records.Reader.Completion.IsCompleted)
            {
                // Waking this task for each record would cost a login more than everything else it does.
                await Task.Delay(Gathering, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask WriteAsync(AuditEntry entry)
    {
        var statement = entry.Connection is null ? entry.ToStatementRecord() : null;
        foreach (var sink in _sinks)
        {
            try
            {
                if (statement is not null)
                {
                    await sink.WriteAsync(statement, _abort.Token).ConfigureAwait(false);
                }
                else
                {
                    await sink.WriteAsync(entry.Connection!, _abort.Token).ConfigureAwait(false);
                }
            }
            catch (Exception error)
            {
                // Code of the host application: a sink that fails must not stop the others or the proxy.
                _metrics.AuditDropped();
                Log.AuditSinkFailed(_logger, error, entry.SessionId, sink.GetType().Name);
            }
        }
    }
}
