using System.Globalization;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>What the environment says of the leak tests.</summary>
internal static class LeakOptions
{
    /// <summary><c>PGOAUTH_LEAK_SEED</c> repeats a run; without it, another one each time.</summary>
    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_LEAK_SEED"), CultureInfo.InvariantCulture, out var given)
        ? given
        : Environment.TickCount & 0xFFFFFF;

    /// <summary>How many statements a run has that takes this share of the longest, which has <c>PGOAUTH_LEAK_STATEMENTS</c>, or 100,000.</summary>
    public static long Statements(int percent) =>
        (long.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_LEAK_STATEMENTS"), CultureInfo.InvariantCulture, out var given) ? given : 100_000) * percent / 100;
}
