using System.Diagnostics;
using System.Text;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Sql;
using PgOAuth.Sql.Syntax;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>
/// The decision beside PostgreSQL's own privileges: random statements that the policy allows are run on the server as a role whose grants
/// say the same as the policy, and the server must not find a privilege missing. So a column that is read without being shown is found, too.
/// </summary>
public sealed class LeakDecisionTests(ProxyFixture fixture, ITestOutputHelper output)
{
    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task D28_WhatThePolicyAllows_TheSameGrantsAllow(int major)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, major, cancellationToken);

        // Who owns a table may change it, and who reads columns only cannot lock: neither is compared.
        var run = new LeakRun(new LeakUnits(LeakOptions.Seed, major) { HasRowFields = false }, () => bed.OpenDirectAsync(LeakSchema.TwinOf(bed.Database)), bed.NewJudge)
        {
            OnlyAllowed = true,
            Inspect = static (step, answer) => answer.SqlState == "42501" && answer.Error!.Contains("permission denied", StringComparison.Ordinal) && !IsLock(step.Text) ? $"The policy allows what grants do not: {answer.Error}" : null,
        };
        var clock = Stopwatch.StartNew();
        await run.RunAsync(LeakOptions.Statements(20), 4, cancellationToken);
        output.WriteLine($"PostgreSQL {major}, seed {LeakOptions.Seed}, {clock.Elapsed.TotalSeconds:F1} s: {run.Counts}");
        Assert.True(run.Findings.Count == 0, $"seed {LeakOptions.Seed}: {string.Join("\n\n", run.Findings)}");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task D24_WhatThePolicyAllows_GivesNoProtectedValue(int major)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, major, cancellationToken);
        var run = new LeakRun(new LeakUnits(LeakOptions.Seed, major), () => bed.OpenDirectAsync(TestRoles.Engineer, overlooksRowDetails: true), bed.NewJudge) { OnlyAllowed = true };
        var clock = Stopwatch.StartNew();
        await run.RunAsync(LeakOptions.Statements(20), 4, cancellationToken);
        output.WriteLine($"PostgreSQL {major}, seed {LeakOptions.Seed}, {clock.Elapsed.TotalSeconds:F1} s: {run.Counts}");
        Assert.True(run.Findings.Count == 0, $"seed {LeakOptions.Seed}: {string.Join("\n\n", run.Findings)}");
        Assert.Equal(bed.Fingerprint, await bed.FingerprintAsync(cancellationToken));
    }

    private static bool IsLock(string text)
    {
        var parser = new SqlParser();
        return parser.Parse(Encoding.UTF8.GetBytes(text)) && parser.Statements.ToArray().Any(static statement => statement.Kind is SqlNodeKind.LockStmt);
    }
}
