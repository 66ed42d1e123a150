using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.Enforcement.Catalog;

public sealed class CatalogCacheTests : IDisposable
{
    private static readonly CatalogLimits _limits = new();

    private readonly ManualTimeProvider _time = new();
    private readonly FakeSource _source = new();
    private readonly List<string> _failures = [];
    private readonly CatalogCache _cache;

    public CatalogCacheTests() => _cache = NewCache(_limits);

    private static CatalogKey Key => CatalogTestBed.Key;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Load_IsSharedByAllWhoWait()
    {
        _source.Hold();
        var waiting = Enumerable.Range(0, 100).Select(_ => _cache.GetAsync(Key, "app", Cancellation).AsTask()).ToArray();
        Assert.Null(_cache.Open(Key).TryGet("app"));
        _source.Release();
        var snapshots = await Task.WhenAll(waiting);

        Assert.Single(snapshots.Distinct());
        Assert.NotNull(snapshots[0]);
        Assert.Equal(1, _source.Reads);
        Assert.Same(snapshots[0], _cache.Open(Key).TryGet("app"));
    }

    [Fact]
    public async Task Ttl_IsRefreshedInTheBackground()
    {
        var first = await _cache.GetAsync(Key, "app", Cancellation);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Same(first, _cache.Open(Key).TryGet("app"));
        Assert.Equal(1, _source.Reads);

        _time.Advance(TimeSpan.FromSeconds(2));
        _source.Hold();
        Assert.Same(first, _cache.Open(Key).TryGet("app"));
        Assert.Same(first, await _cache.GetAsync(Key, "app", Cancellation));
        _source.Change();
        _source.Release();
        await Eventually.TrueAsync(() => _cache.Open(Key).TryGet("app") != first);
        Assert.Equal(2, _source.Reads);
        Assert.Same(first, _source.Previous);
    }

    [Fact]
    public async Task NobodyAskedForLong_TheNextWaits()
    {
        var first = await _cache.GetAsync(Key, "app", Cancellation);
        _time.Advance(TimeSpan.FromMinutes(3));
        _source.Change();

        Assert.Null(_cache.Open(Key).TryGet("app"));
        Assert.NotSame(first, await _cache.GetAsync(Key, "app", Cancellation));
    }

    [Fact]
    public async Task D20_Invalidate_NobodyDecidesByTheOldOne()
    {
        var first = await _cache.GetAsync(Key, "app", Cancellation);
        _source.Hold();
        _source.Change();
        _cache.Invalidate(Key);

        Assert.Null(_cache.Open(Key).TryGet("app"));
        var waiting = _cache.GetAsync(Key, "app", Cancellation).AsTask();
        Assert.False(waiting.IsCompleted);
        _source.Release();
        Assert.NotSame(first, await waiting);
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task D20_InvalidateDuringAReading_HasAnotherFollow()
    {
        await _cache.GetAsync(Key, "app", Cancellation);
        _source.Hold();
        _cache.Invalidate(Key);
        await Eventually.TrueAsync(() => _source.Reads == 2);
        _source.Change();
        _cache.Invalidate(Key);
        var waiting = _cache.GetAsync(Key, "app", Cancellation).AsTask();
        _source.Release();
        Assert.NotNull(await waiting);

        Assert.Equal(3, _source.Reads);
    }

    [Fact]
    public async Task Failure_KeepsTheOldOneForAWhile_ThenThereIsNone()
    {
        var first = await _cache.GetAsync(Key, "app", Cancellation);
        _source.Problem = "gone";
        for (var seconds = 0; seconds < 290; seconds += 10)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Same(first, await _cache.GetAsync(Key, "app", Cancellation));
            await Task.Yield();
        }

        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(await _cache.GetAsync(Key, "app", Cancellation));
        Assert.Contains("main/shop gone", _failures);

        _source.Problem = null;
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(await _cache.GetAsync(Key, "app", Cancellation));
    }

    [Fact]
    public async Task Failure_AfterInvalidate_Denies()
    {
        await _cache.GetAsync(Key, "app", Cancellation);
        _source.Problem = "gone";
        _cache.Invalidate(Key);

        Assert.Null(await _cache.GetAsync(Key, "app", Cancellation));
    }

    [Fact]
    public async Task Failure_IsNotRepeatedAtOnce()
    {
        _source.Problem = "gone";
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(await _cache.GetAsync(Key, "app", Cancellation));
        }

        Assert.Equal(1, _source.Reads);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _cache.GetAsync(Key, "app", Cancellation));
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task Defect_OfTheReader_IsAFailure()
    {
        _source.Throws = true;

        Assert.Null(await _cache.GetAsync(Key, "app", Cancellation));
        Assert.Contains("main/shop InvalidOperationException", _failures);
    }

    [Fact]
    public async Task MissingName_ReadsAgain_ButNotTooOften()
    {
        var first = (await _cache.GetAsync(Key, "app", Cancellation))!;
        Assert.Null(await _cache.GetNewerAsync(first, "app", Cancellation));
        Assert.Equal(1, _source.Reads);

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await _cache.GetNewerAsync(first, "app", Cancellation));
        Assert.Null(await _cache.GetNewerAsync(first, "app", Cancellation));
        Assert.Equal(2, _source.Reads);

        _time.Advance(TimeSpan.FromSeconds(5));
        _source.Change();
        var second = await _cache.GetNewerAsync(first, "app", Cancellation);
        Assert.NotNull(second);
        Assert.NotSame(first, second);
        Assert.Same(second, await _cache.GetNewerAsync(first, "app", Cancellation));
        Assert.Equal(3, _source.Reads);
    }

    [Fact]
    public async Task AnotherRole_IsAskedForAsWell()
    {
        var first = await _cache.GetAsync(Key, "app", Cancellation);
        Assert.Null(_cache.Open(Key).TryGet("other"));
        var second = await _cache.GetAsync(Key, "other", Cancellation);

        Assert.NotSame(first, second);
        Assert.Same(second, _cache.Open(Key).TryGet("app"));
        Assert.True(second!.State.Knows("app") && second.State.Knows("other"));
    }

    [Fact]
    public async Task AnotherRole_DuringAReading_IsAskedForRightAfterIt()
    {
        _source.Hold();
        var first = _cache.GetAsync(Key, "app", Cancellation).AsTask();
        await Eventually.TrueAsync(() => _source.Reads == 1);
        var second = _cache.GetAsync(Key, "other", Cancellation).AsTask();
        _source.Release();

        Assert.NotNull(await first);
        Assert.True((await second)!.State.Knows("other"));
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task Roles_AreBounded()
    {
        using var cache = NewCache(_limits with { MaxRoles = 10 });
        for (var i = 0; i < 100; i++)
        {
            Assert.NotNull(await cache.GetAsync(Key, $"role {i}", Cancellation));
            Assert.True(cache.Open(Key).TryGet($"role {i}")!.State.Roles.Count <= 10);
        }
    }

    [Fact]
    public async Task Catalogs_AreBounded_TheLeastUsedGoes()
    {
        using var cache = NewCache(_limits with { MaxCatalogs = 3 });
        foreach (var database in new[] { "a", "b", "c" })
        {
            await cache.GetAsync(new CatalogKey("main", database), "app", Cancellation);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.NotNull(cache.Open(new CatalogKey("main", "a")).TryGet("app"));
        _time.Advance(TimeSpan.FromSeconds(1));
        await cache.GetAsync(new CatalogKey("main", "d"), "app", Cancellation);
        Assert.Equal(3, cache.Count);
        Assert.NotNull(cache.Open(new CatalogKey("main", "a")).TryGet("app"));
        Assert.Equal(4, _source.Reads);
        Assert.True(cache.EstimatedBytes > 0);

        _time.Advance(TimeSpan.FromMinutes(31));
        await cache.GetAsync(new CatalogKey("main", "e"), "app", Cancellation);
        Assert.Equal(1, cache.Count);
        cache.Forget("main");
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public async Task Caller_MayLeave_TheReadingGoesOn()
    {
        _source.Hold();
        using var leaving = new CancellationTokenSource();
        var impatient = _cache.GetAsync(Key, "app", leaving.Token).AsTask();
        var patient = _cache.GetAsync(Key, "app", Cancellation).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        _source.Release();

        Assert.NotNull(await patient);
        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public async Task Dispose_EndsReadings()
    {
        _source.Hold();
        var waiting = _cache.GetAsync(Key, "app", Cancellation).AsTask();
        await Eventually.TrueAsync(() => _source.Reads == 1);
        _cache.Dispose();

        Assert.Null(await waiting);
    }

    [Fact]
    public async Task TryGet_DoesNotAllocate()
    {
        await _cache.GetAsync(Key, "app", Cancellation);
        _cache.Open(Key).TryGet("app");
        var key = Key;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Assert.NotNull(_cache.Open(key).TryGet("app"));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private CatalogCache NewCache(CatalogLimits limits) => new(_source, limits, _time, (key, problem) =>
    {
        lock (_failures)
        {
            _failures.Add($"{key} {problem}");
        }
    });

    /// <summary>Reads what the test says, when the test lets it.</summary>
    private sealed class FakeSource : ICatalogSource
    {
        private volatile TaskCompletionSource _gate = Open();
        private CatalogContent _content = CatalogTestBed.Build(CatalogTestBed.SmallContent);
        private int _reads;

        internal int Reads => Volatile.Read(ref _reads);

        internal CatalogSnapshot? Previous { get; private set; }

        internal string? Problem { get; set; }

        internal bool Throws { get; set; }

        internal void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Release() => _gate.TrySetResult();

        internal void Change() => _content = CatalogTestBed.Build(CatalogTestBed.SmallContent);

        public async ValueTask<CatalogReadResult> ReadAsync(CatalogKey key, CatalogSnapshot? previous, IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            Previous = previous;
            await _gate.Task.WaitAsync(cancellationToken);
            if (Throws)
            {
                throw new InvalidOperationException("a defect");
            }

            if (Problem is { } problem)
            {
                return CatalogReadResult.Failed(problem);
            }

            var state = CatalogTestBed.State(roles, "2200");
            return CatalogReadResult.Read(previous is not null && previous.Content == _content && previous.State.Equals(state) ? previous : new CatalogSnapshot(key, _content, state));
        }

        private static TaskCompletionSource Open()
        {
            var open = new TaskCompletionSource();
            open.SetResult();
            return open;
        }
    }
}
