using PgOAuth.Diagnostics;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Operations;

public sealed class GracefulStopTests
{
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);

    [Fact]
    public async Task E13_Drain_WithAClientThatIsStuck_EndsItAtTheDeadline()
    {
        await using var bed = await StartAsync(TimeSpan.FromMilliseconds(100));
        await using var stuck = await LogInAndHangAsync(bed);

        await bed.Proxy.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("57P01", (await stuck.ExpectFatalAsync()).SqlState);
        Assert.True(bed.Proxy.Completion.IsCompletedSuccessfully);
        Assert.Contains(bed.Log.Lines, static line => line.EventId.Id == PgOAuthEventIds.DrainFinished);
    }

    [Fact]
    public async Task E13_SecondStop_ThatIsCancelled_EndsTheRestNow()
    {
        await using var bed = await StartAsync(Forever);
        await using var stuck = await LogInAndHangAsync(bed);
        var first = bed.Proxy.StopAsync(TestContext.Current.CancellationToken);
        var again = bed.Proxy.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted || again.IsCompleted);

        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await bed.Proxy.StopAsync(now.Token);

        Assert.Equal("57P01", (await stuck.ExpectFatalAsync()).SqlState);
        await Task.WhenAll(first, again);
    }

    [Fact]
    public async Task E13_ShutdownCommand_ASecondTime_EndsTheRestNow()
    {
        await using var bed = await StartAsync(Forever);
        await using var stuck = await LogInAndHangAsync(bed);
        await using var admin = await AdminClient.OpenAsync(bed);
        Assert.Equal("SHUTDOWN", await admin.TagAsync("SHUTDOWN"));
        Assert.Equal("57P01", (await admin.Client.ExpectFatalAsync()).SqlState);
        Assert.False(bed.Proxy.Completion.IsCompleted);

        await bed.Proxy.ShutdownAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("57P01", (await stuck.ExpectFatalAsync()).SqlState);
        Assert.True(bed.Proxy.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task E13_ShutdownWaitForClients_LetsThemLeaveByThemselves_AndTakesNoNewOnes()
    {
        await using var bed = await StartAsync(TimeSpan.Zero);
        await using var client = await bed.ConnectAsync();
        await client.LogInAsync("good");
        await using var admin = await AdminClient.OpenAsync(bed);

        Assert.Equal("SHUTDOWN", await admin.TagAsync("SHUTDOWN WAIT_FOR_CLIENTS"));
        await Eventually.TrueAsync(() => bed.Log.Lines.Any(static line => line.EventId.Id == PgOAuthEventIds.ListeningStopped), () => bed.Log.AllText);
        await client.SendAsync(FrontendMessages.Query("SELECT 1"));
        await client.ReadUntilReadyAsync();
        Assert.Equal(2, (await admin.RowsAsync("SHOW CLIENTS")).Count);
        Assert.False(bed.Proxy.IsReady);

        await client.SendAsync(FrontendMessages.Terminate);
        Assert.Equal("57P01", (await admin.Client.ExpectFatalAsync()).SqlState);
        await bed.Proxy.Completion.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task E13_ShutdownWaitForClients_ThatTakesTooLong_CanBeMadeSooner()
    {
        await using var bed = await StartAsync(Forever);
        await using var idle = await bed.ConnectAsync();
        await idle.LogInAsync("good");
        var waiting = bed.Proxy.ShutdownAsync(waitForClients: true, TestContext.Current.CancellationToken);

        await bed.Proxy.StopAsync(TestContext.Current.CancellationToken);

        await waiting;
        Assert.Equal("57P01", (await idle.ExpectFatalAsync()).SqlState);
    }

    private static Task<ProxyTestBed> StartAsync(TimeSpan drain) => ProxyTestBed.StartAsync(
        options =>
        {
            options.Admin.Scope = AdminClient.Scope;
            options.Limits.DrainTimeout = drain;
        },
        plaintext: true);

    /// <summary>A client whose query does not end.</summary>
    private static async Task<RawClient> LogInAndHangAsync(ProxyTestBed bed)
    {
        var client = await bed.ConnectAsync();
        await client.LogInAsync("good");
        await client.SendAsync(FrontendMessages.Query("SELECT pg_sleep(3600)"));
        await Eventually.TrueAsync(() => bed.Server.SleepingQueries > 0, () => bed.Log.AllText);
        return client;
    }
}
