using Microsoft.Extensions.Logging;

namespace PgOAuth.Testing;

/// <summary>One log line.</summary>
public sealed record RecordedLog(
    string Category,
    LogLevel Level,
    EventId EventId,
    string Message,
    Exception? Exception,
    IReadOnlyDictionary<string, object?> Values)
{
    /// <summary>Everything of the line that a sink could write.</summary>
    public string FullText => $"{Category} {Level} {EventId} {Message} {Exception} {string.Join(' ', Values.Select(v => $"{v.Key}={v.Value}"))}";
}
