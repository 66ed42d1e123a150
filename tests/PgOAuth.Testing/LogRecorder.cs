using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PgOAuth.Testing;

/// <summary>Keeps every log line, at every level, for assertions: what must be logged, and what must never be.</summary>
public sealed class LogRecorder : ILoggerFactory, ILoggerProvider
{
    private readonly ConcurrentQueue<RecordedLog> _lines = new();

    /// <summary>What was logged, oldest first.</summary>
    public IReadOnlyList<RecordedLog> Lines => [.. _lines];

    /// <summary>Everything logged, as text: messages, structured values, exceptions.</summary>
    public string AllText => string.Join('\n', _lines.Select(static l => l.FullText));

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The recorder is the only provider.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Logger(LogRecorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            recorder._lines.Enqueue(new RecordedLog(
                category, logLevel, eventId, formatter(state, exception), exception, values.ToDictionary(v => v.Key, v => v.Value)));
        }
    }
}
