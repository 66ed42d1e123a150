using System.Diagnostics;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Samples how much this process, proxy and test together, grows while something runs.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _end = new();
    private readonly long _managedBefore;
    private readonly long _workingSetBefore;
    private readonly Task _sampling;
    private long _managed;
    private long _workingSet;

    private MemoryWatch()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        _workingSetBefore = Environment.WorkingSet;
        _sampling = Task.Run(SampleAsync);
    }

    public static MemoryWatch Start() => new();

    /// <summary>Fails when either grew by more at any time.</summary>
    public async Task ExpectBelowAsync(int megabytes)
    {
        await _end.CancelAsync();
        await _sampling;
        var managed = (_managed - _managedBefore) / (1024 * 1024);
        var workingSet = (_workingSet - _workingSetBefore) / (1024 * 1024);
        TestContext.Current.TestOutputHelper?.WriteLine($"managed memory grew by {managed} MB, the working set by {workingSet} MB");
        Assert.True(managed < megabytes, $"Managed memory grew by {managed} MB.");
        Assert.True(workingSet < megabytes, $"The working set grew by {workingSet} MB.");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _sampling;
        _end.Dispose();
    }

    private async Task SampleAsync()
    {
        using var self = Process.GetCurrentProcess();
        while (!_end.IsCancellationRequested)
        {
            self.Refresh();
            _workingSet = Math.Max(_workingSet, self.WorkingSet64);
            _managed = Math.Max(_managed, GC.GetTotalMemory(forceFullCollection: false));
            await Task.Delay(Interval);
        }
    }
}
