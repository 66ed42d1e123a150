using System.Diagnostics;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>
/// Random statements through the gate, as a role that may read everything and a token that may not: no byte of a protected value may come
/// back in any message. <c>PGOAUTH_LEAK_STATEMENTS</c> says how many in the longest run, <c>PGOAUTH_LEAK_SEED</c> repeats one.
/// </summary>
public sealed class LeakTests(ProxyFixture fixture, ITestOutputHelper output)
{
    private const int Sessions = 6;

    [Theory]
    [InlineData(18, PoolMode.None, 100)]
    [InlineData(15, PoolMode.None, 20)]
    [InlineData(18, PoolMode.Session, 10)]
    [InlineData(18, PoolMode.Transaction, 20)]
    public async Task Gate_RandomStatements_GiveNoProtectedValue(int major, PoolMode mode, int percent)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, major, cancellationToken);
        await using var proxy = await bed.StartProxyAsync(fixture, mode, GateMode.Enforce, Sessions, cancellationToken);
        var run = new LeakRun(new LeakUnits(LeakOptions.Seed, major), () => bed.OpenAsync(proxy, LeakSchema.Scope), bed.NewJudge) { ChecksVerdicts = true, Explain = () => ExplainAsync(bed, proxy) };
        var wanted = LeakOptions.Statements(percent);
        var clock = Stopwatch.StartNew();
        await run.RunAsync(wanted, Sessions, cancellationToken);

        output.WriteLine($"PostgreSQL {major}, pool {mode}, seed {LeakOptions.Seed}, {clock.Elapsed.TotalSeconds:F1} s: {run.Counts}");
        Assert.True(run.Findings.Count == 0, $"seed {LeakOptions.Seed}, pool {mode}: {string.Join("\n\n", run.Findings)}\n{Warnings(proxy)}");
        Assert.Equal(bed.Fingerprint, await bed.FingerprintAsync(cancellationToken));

        // Otherwise it would prove nothing.
        var counts = run.Counts;
        Assert.True(counts.Statements >= wanted, $"{counts}");
        Assert.True(counts.Share(counts.Parsed) >= 60, $"{counts}");
        Assert.True(counts.Share(counts.Executed) >= 20 && counts.Share(counts.WithRows) >= 10, $"{counts}");
        Assert.True(counts.Share(counts.Refused) >= 5, $"{counts}");
    }

    [Theory]
    [InlineData(GateMode.Off)]
    [InlineData(GateMode.Observe)]
    public async Task NoGate_TheSameStatements_GiveProtectedValues(GateMode gate)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, 18, cancellationToken);
        await ProxyFixture.ExecuteAsync(bed.Server, bed.Database, $"alter database {bed.Database} set search_path = app", cancellationToken);
        await using var proxy = await bed.StartProxyAsync(fixture, PoolMode.None, gate, 2, cancellationToken);
        var run = new LeakRun(new LeakUnits(LeakOptions.Seed, 18), () => bed.OpenAsync(proxy, LeakSchema.Scope), bed.NewJudge);
        await run.RunAsync(2_000, 2, cancellationToken);

        output.WriteLine($"seed {LeakOptions.Seed}: {run.Findings.Count} values after {run.Counts}");
        Assert.True(run.Findings.Count >= 10, $"seed {LeakOptions.Seed}: only {run.Findings.Count} after {run.Counts}");
    }

    // What the server has seen last of each session, and what the proxy says of them.
    private static async Task<string> ExplainAsync(LeakBed bed, ProxyHost proxy)
    {
        var seen = await ProxyFixture.ScalarAsync(bed.Server, bed.Database, """
            select string_agg(format('%s %s %s %s %s', pid, state, wait_event, now() - state_change, left(query, 200)), chr(10)) from pg_stat_activity where datname = current_database()
            """);
        return $"{seen}\n{Warnings(proxy)}";
    }

    private static string Warnings(ProxyHost proxy) => string.Join('\n', proxy.Log.AllText.Split('\n')
        .Where(static line => line.Contains(" Warning ", StringComparison.Ordinal) || line.Contains(" Error ", StringComparison.Ordinal)).TakeLast(5));
}
