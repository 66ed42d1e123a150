using System.Globalization;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>
/// Many clients at random on few server connections, each result with its client's mark. Seconds by default;
/// <c>PGOAUTH_SOAK_SECONDS</c> says how long each run takes; <c>PGOAUTH_SOAK_SEED</c> repeats one.
/// </summary>
public sealed class SoakTests(ProxyFixture fixture, SoakServer server) : IClassFixture<SoakServer>
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
        var options = new SoakOptions(transport, mode, seed, TimeSpan.FromSeconds(isLong ? seconds : ShortSeconds));
        await SoakRun.RunAsync(fixture, await server.GetAsync(), isLong ? options with { ShotsPerRestart = 25 } : options, TestContext.Current.CancellationToken);
    }
}
