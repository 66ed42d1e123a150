using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;

namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: one issuer's keys: fetched once for all who wait, at most so often, kept while the issuer cannot be reached.</summary>
/// <remarks>
/// Ages are measured with the monotonic clock. From 80 % of <c>KeyRefreshInterval</c> on, the next login (or cached token)
/// starts a fetch in the background. Only when nothing was asked for a whole interval does a login wait for the fetch: a key
/// removed meanwhile must not work once more. One floor, <c>KeyRefreshMinimumInterval</c>, stands under every kind of fetch.
/// </remarks>
internal sealed class JwksCache : IDisposable
{
    private readonly JwtIssuer _issuer;
    private readonly KeyFetcher _fetcher;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly UnknownKeyIds _unknown;
    private readonly TimeSpan _refreshAge;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly Lock _lock = new();
    private Snapshot? _snapshot;
    private Task? _fetch;
    private long? _startedAt;
    private long? _completedAt;

    internal JwksCache(JwtIssuer issuer, HttpMessageHandler handler, TimeProvider time, ILogger logger)
    {
        _issuer = issuer;
        _fetcher = new KeyFetcher(issuer, new IssuerHttpClient(handler), time, logger);
        _time = time;
        _logger = logger;
        _unknown = new UnknownKeyIds(time, issuer.RefreshMinimumInterval * 2);
        _stopped = _stopping.Token;
        _refreshAge = issuer.RefreshInterval * 0.8;
    }

    /// <summary>Whether there are keys to verify with.</summary>
    internal bool HasKeys => Usable() is not null;

    /// <summary>
    /// Whether a token verified with these keys may still be taken on trust. Cheap; starts a background fetch when one is due.
    /// </summary>
    internal bool StillVouchesFor(KeySet keys)
    {
        var snapshot = Volatile.Read(ref _snapshot);
        if (snapshot is null || !ReferenceEquals(snapshot.Keys, keys))
        {
            return false;
        }

        var age = _time.GetElapsedTime(snapshot.FetchedAt);
        return age < _refreshAge || (age < _issuer.LastKnownGoodLifetime && !MustWait(StartIfDue(age)));
    }

    /// <summary>Finds the key for a token, fetching the keys when they are missing, old, or lack it.</summary>
    internal async ValueTask<KeyLookup> FindAsync(string? keyId, CancellationToken cancellationToken)
    {
        var snapshot = Usable();
        SigningKey? key = null;
        Task? fetch;
        if (snapshot is null)
        {
            fetch = JoinOrStart();
        }
        else
        {
            fetch = StartIfDue(_time.GetElapsedTime(snapshot.FetchedAt));
            if (!snapshot.Keys.TryFind(keyId, out key) && snapshot.Keys.MayAppear(keyId) && !_unknown.Contains(keyId!))
            {
                fetch ??= JoinOrStart();
            }
            else if (!MustWait(fetch))
            {
                return new KeyLookup(snapshot.Keys, key);
            }
        }

        var before = snapshot;
        if (fetch is not null)
        {
            await fetch.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        // Also without a fetch to wait for: one may have ended between the first look at the keys and the look for it.
        snapshot = Usable();
        if (snapshot is null)
        {
            return KeyLookup.Unavailable;
        }

        // Only a fetch that succeeded tells that there is no such key.
        if (!snapshot.Keys.TryFind(keyId, out key) && !ReferenceEquals(snapshot, before) && snapshot.Keys.MayAppear(keyId))
        {
            _unknown.Add(keyId!);
        }

        return new KeyLookup(snapshot.Keys, key);
    }

    /// <summary>Fetches the keys if there are none yet.</summary>
    internal async Task PreloadAsync(CancellationToken cancellationToken)
    {
        if (!HasKeys && JoinOrStart() is { } fetch)
        {
            await fetch.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _fetcher.Dispose();
        _stopping.Dispose();
    }

    private Snapshot? Usable()
    {
        var snapshot = Volatile.Read(ref _snapshot);
        return snapshot is not null && _time.GetElapsedTime(snapshot.FetchedAt) < _issuer.LastKnownGoodLifetime ? snapshot : null;
    }

    private Task? StartIfDue(TimeSpan age) => age < _refreshAge ? null : JoinOrStart();

    // Nobody waits while good keys exist, except when not even an attempt to renew them was made for a whole interval.
    private bool MustWait(Task? fetch)
    {
        if (fetch is null)
        {
            return false;
        }

        lock (_lock)
        {
            return _completedAt is not { } at || _time.GetElapsedTime(at) >= _issuer.RefreshInterval;
        }
    }

    /// <summary>The fetch under way, a new one, or null when it is too early for a new one.</summary>
    private Task? JoinOrStart()
    {
        lock (_lock)
        {
            if (_fetch is not null)
            {
                return _fetch;
            }

            if (_stopped.IsCancellationRequested
                || (_startedAt is { } at && _time.GetElapsedTime(at) < _issuer.RefreshMinimumInterval))
            {
                return null;
            }

            _startedAt = _time.GetTimestamp();
            _fetch = Task.Run(FetchAsync, CancellationToken.None);
            return _fetch;
        }
    }

    private async Task FetchAsync()
    {
        KeySet? keys = null;
        try
        {
            keys = await _fetcher.FetchAsync(HasKeys, _stopped).ConfigureAwait(false);
        }
        finally
        {
            Complete(keys);
        }
    }

    private void Complete(KeySet? keys)
    {
        var changed = false;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (keys is not null)
            {
                // The same keys stay the same object: what was verified with them stays verified.
                var old = _snapshot?.Keys;
                changed = old is null || !old.HasSameKeys(keys);
                Volatile.Write(ref _snapshot, new Snapshot(changed ? keys : old!, now));
            }

            _completedAt = now;
            _fetch = null;
        }

        if (changed)
        {
            Log.KeysChanged(_logger, _issuer.Name, keys!.Count);
        }
    }

    private sealed record Snapshot(KeySet Keys, long FetchedAt);
}
