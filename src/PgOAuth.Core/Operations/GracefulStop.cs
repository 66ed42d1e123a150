using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Sessions;

namespace PgOAuth.Operations;

/// <summary>Lets the sessions end, sooner or later (E13). Patience can only get shorter. Thread-safe.</summary>
internal sealed class GracefulStop
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>For sessions that were told to end now.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(5);

    private readonly SessionRegistry _sessions;
    private readonly Func<TimeSpan> _patience;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _level;

    /// <param name="sessions">Who has to end.</param>
    /// <param name="patience">How long draining may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where the beginning and the end of draining are said.</param>
    internal GracefulStop(SessionRegistry sessions, Func<TimeSpan> patience, TimeProvider time, ILogger logger)
    {
        _sessions = sessions;
        _patience = patience;
        _time = time;
        _logger = logger;
    }

    internal StopLevel Level => (StopLevel)Volatile.Read(ref _level);

    internal void Raise(StopLevel level)
    {
        for (var old = Level; old < level; old = Level)
        {
            Interlocked.CompareExchange(ref _level, (int)level, (int)old);
        }
    }

    /// <summary>Returns when no session is left, or those that are left do not end even when told to.</summary>
    internal async Task RunAsync()
    {
        while (Level == StopLevel.WaitForClients && _sessions.Snapshot().Any(static session => !session.IsAdmin))
        {
            await Task.Delay(Pause, _time, CancellationToken.None).ConfigureAwait(false);
        }

        Raise(StopLevel.Drain);
        var patience = _patience();
        var live = _sessions.Snapshot();
        Log.DrainStarted(_logger, live.Length, patience.TotalSeconds);
        foreach (var session in live)
        {
            session.Drain();
        }

        var begun = _time.GetTimestamp();
        while (_sessions.Count > 0 && Level < StopLevel.Now && _time.GetElapsedTime(begun) < patience)
        {
            await Task.Delay(Pause, _time, CancellationToken.None).ConfigureAwait(false);
        }

        var late = _sessions.Snapshot();
        foreach (var session in late)
        {
            session.Stop();
        }

        begun = _time.GetTimestamp();
        while (_sessions.Count > 0 && _time.GetElapsedTime(begun) < LastWait)
        {
            await Task.Delay(Pause, _time, CancellationToken.None).ConfigureAwait(false);
        }

        Log.DrainFinished(_logger, live.Length - late.Length, late.Length);
    }
}
