using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>Each known way to what is protected: without a gate it leads there, and the policy refuses it.</summary>
public sealed class LeakThreatDecisionTests(ProxyFixture fixture, ITestOutputHelper output)
{
    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task D01_ToD49_EveryWay_IsRefusedByThePolicy(int major)
    {
        var bed = await LeakBed.CreateAsync(fixture, major, TestContext.Current.CancellationToken);
        var judge = bed.NewJudge();
        var allowed = LeakThreats.For(major).Where(threat => threat.Steps.All(step => judge.Decide(step) is { IsParsed: true, Refusal: null })).ToList();
        Assert.True(allowed.Count == 0, $"{allowed.Count} are allowed:\n{string.Join('\n', allowed)}");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public async Task D01_ToD49_EveryWay_IsOneWithoutAGate(int major)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bed = await LeakBed.CreateAsync(fixture, major, cancellationToken);
        var wrong = new List<string>();
        foreach (var threat in LeakThreats.For(major))
        {
            using var connection = await bed.OpenDirectAsync(TestRoles.Engineer);
            LeakStep[] steps = [.. threat.Steps.Select(static step => new LeakStep(LeakProtocol.Simple, step))];
            await connection.RunAsync("begin");
            var answers = await connection.RunAsync(steps);
            await connection.RunAsync("rollback");
            var error = answers.Select(static answer => answer.Error).FirstOrDefault(static text => text is not null);
            var isReal = threat.Harm switch
            {
                LeakHarm.Value => answers.Any(static answer => answer.Leak is not null),
                LeakHarm.Runs => error is null,
                _ => true,
            };
            if (!isReal)
            {
                wrong.Add($"{threat}\n    {error ?? "nothing protected came back"}");
            }
        }

        output.WriteLine($"{LeakThreats.For(major).Count()} ways on PostgreSQL {major}");
        Assert.True(wrong.Count == 0, $"{wrong.Count} are none:\n{string.Join('\n', wrong)}");

        // Sequences do not go back: the fingerprint finds a change.
        Assert.NotEqual(bed.Fingerprint, await bed.FingerprintAsync(cancellationToken));
    }
}
