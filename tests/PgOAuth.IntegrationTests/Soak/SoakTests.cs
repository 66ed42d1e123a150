using System.Globalization;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>
/// Many clients at random on few server connections, each result with its client's mark. Seconds by default;
/// <c>PGOAUTH_SOAK_SECONDS</c> says how long each run takes, and has the server restarted; <c>PGOAUTH_SOAK_SEED</c> repeats one.
/// </summary>
public sealed class SoakTests(ProxyFixture fixture)
{
    private const double ShortSeconds = 5;

    public static TheoryData<TransportKind, PoolMode> Kinds { get; } = new MatrixTheoryData<TransportKind, PoolMode>(
        [TransportKind.Auto, TransportKind.Socket], [PoolMode.None, PoolMode.Session, PoolMode.Transaction]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Soak_OfManyClients_NobodyGetsWhatIsAnothers(TransportKind transport, PoolMode mode)
    {
        var isLong = double.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_SOAK_SECONDS"), CultureInfo.InvariantCulture, out var seconds);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_SOAK_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount & 0xFFFFFF;
        var options = new SoakOptions(transport, mode, seed, TimeSpan.FromSeconds(isLong ? seconds : ShortSeconds)) { Restarts = isLong };
        if (!isLong)
        {
            await SoakRun.RunAsync(fixture, await fixture.PostgresAsync(18), options, TestContext.Current.CancellationToken);
            return;
        }

        await using var server = await ProxyFixture.StartServerAsync(18);
        await SoakRun.RunAsync(fixture, server, options, TestContext.Current.CancellationToken);
    }
}
