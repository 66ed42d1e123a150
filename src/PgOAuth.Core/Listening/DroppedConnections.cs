using System.Net;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;

namespace PgOAuth.Listening;

/// <summary>
/// Stage 1: connections that were closed unread, because too many others had not logged in. Told at once and then once a minute, with their number: a
/// line for each would cost what the cap protects. Thread-safe.
/// </summary>
internal sealed class DroppedConnections(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly long _begun = time.GetTimestamp();
    private long _untold;

    // Ticks after the beginning; below zero: never.
    private long _told = -1;

    internal void Add(IPAddress? address)
    {
        Interlocked.Increment(ref _untold);
        var told = Volatile.Read(ref _told);
        var now = time.GetElapsedTime(_begun).Ticks;
        if ((told < 0 || now - told >= Interval.Ticks) && Interlocked.CompareExchange(ref _told, now, told) == told)
        {
            Log.ConnectionsDropped(logger, Interlocked.Exchange(ref _untold, 0), address?.ToString() ?? "a local socket");
        }
    }
}
