using System.Globalization;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>What the environment says of the leak tests.</summary>
internal static class LeakOptions
{
    /// <summary><c>PGOAUTH_LEAK_SEED</c> repeats a run; without it, another one each time.</summary>
    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_LEAK_SEED"), CultureInfo.InvariantCulture, out var given)
        ? given
        : Environment.TickCount & 0xFFFFFF;

    /// <summary><c>PGOAUTH_LEAK_STATEMENTS</c> of each run, or this many.</summary>
    public static long Statements(long usually) => long.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_LEAK_STATEMENTS"), CultureInfo.InvariantCulture, out var given)
        ? given
        : usually;
}
