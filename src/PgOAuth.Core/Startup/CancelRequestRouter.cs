using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Listening;
using PgOAuth.Options;
using PgOAuth.Protocol;

namespace PgOAuth.Startup;

/// <summary>
/// Stage 2: gives each session a cancel key of the proxy's own and carries CancelRequests to the right server (A33-A36).
/// A wrong key is answered with nothing, as PostgreSQL does, and counted by address, for a 3.0 key has 32 bits only.
/// </summary>
internal sealed class CancelRequestRouter : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, Entry> _entries = new();
    private readonly ConcurrentDictionary<AddressKey, Failures> _failures = new();
    private readonly SemaphoreSlim _concurrency;
    private volatile ProxyLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _sweptAt;

    internal CancelRequestRouter(ProxyLimits limits, TimeProvider time, ILogger logger)
    {
        _limits = limits;
        _time = time;
        _logger = logger;
        _concurrency = new SemaphoreSlim(limits.MaxConcurrentCancels);
        _sweptAt = time.GetTimestamp();
    }

    /// <summary>Live keys; for tests and leak checks.</summary>
    internal int Count => _entries.Count;

    /// <summary>Makes a key. The cancel is carried out only while <paramref name="cancel"/> is registered.</summary>
    /// <param name="protocolMinor">3.0 allows four bytes of secret, 3.2 more.</param>
    internal CancelKey Register(int protocolMinor, Func<CancellationToken, ValueTask<bool>> cancel)
    {
        var secret = new byte[protocolMinor >= 2 ? ProtocolConstants.CancelKeyLength32 : ProtocolConstants.CancelKeyLength30];
        RandomBytes.Fill(secret);
        while (true)
        {
            // Positive: some clients read the sign bit wrongly.
            var processId = RandomBytes.NextPositive();
            if (_entries.TryAdd(processId, new Entry(secret, cancel)))
            {
                return new CancelKey(processId, secret);
            }
        }
    }

    public void Dispose() => _concurrency.Dispose();

    /// <summary>Other limits from now on; only the number of cancels at once stays.</summary>
    internal void Use(ProxyLimits limits) => _limits = limits;

    internal void Unregister(CancelKey key) => _entries.TryRemove(key.ProcessId, out _);

    /// <summary>Carries out a CancelRequest. The client learns nothing either way.</summary>
    /// <returns>Whether the key was right and the request was sent on.</returns>
    internal async ValueTask<bool> CancelAsync(int processId, ReadOnlyMemory<byte> secret, IPAddress? address, CancellationToken cancellationToken)
    {
        var source = new AddressKey(address);
        if (IsBlocked(source))
        {
            Log.CancelRequestsLimited(_logger, source.ToString());
            return false;
        }

        if (!_entries.TryGetValue(processId, out var entry) || !CryptographicOperations.FixedTimeEquals(entry.Secret, secret.Span))
        {
            CountFailure(source);
            Log.CancelRequestUnknown(_logger, source.ToString());
            return false;
        }

        if (!await _concurrency.WaitAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false))
        {
            Log.CancelRequestsLimited(_logger, source.ToString());
            return false;
        }

        try
        {
            using var timeout = new CancellationTokenSource(_limits.CancelTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            return await entry.Cancel(either.Token).ConfigureAwait(false);
        }
        finally
        {
            _concurrency.Release();
        }
    }

    private bool IsBlocked(AddressKey source) =>
        _failures.TryGetValue(source, out var failures)
        && _time.GetElapsedTime(failures.Since) < Window
        && failures.Count >= _limits.MaxFailedCancelsPerMinute;

    private void CountFailure(AddressKey source)
    {
        var now = _time.GetTimestamp();
        _failures.AddOrUpdate(
            source,
            static (_, now) => new Failures(now, 1),
            (_, old, now) => _time.GetElapsedTime(old.Since, now) < Window ? old with { Count = old.Count + 1 } : new Failures(now, 1),
            now);
        Sweep(now);
    }

    /// <summary>Forgets addresses whose window is over, once a window.</summary>
    private void Sweep(long now)
    {
        var swept = Volatile.Read(ref _sweptAt);
        if (_time.GetElapsedTime(swept, now) < Window || Interlocked.CompareExchange(ref _sweptAt, now, swept) != swept)
        {
            return;
        }

        foreach (var (address, failures) in _failures)
        {
            if (_time.GetElapsedTime(failures.Since, now) >= Window)
            {
                _failures.TryRemove(new(address, failures));
            }
        }
    }

    private sealed record Entry(byte[] Secret, Func<CancellationToken, ValueTask<bool>> Cancel);

    private readonly record struct Failures(long Since, int Count);
}
