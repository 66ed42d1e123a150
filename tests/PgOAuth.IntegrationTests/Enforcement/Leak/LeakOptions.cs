using System.Globalization;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>What the environment says of the leak tests.</summary>
internal static class LeakOptions
{
    private const int DefaultSeed = 20_260_000;

    private static readonly long? Wanted = long.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_LEAK_STATEMENTS"), CultureInfo.InvariantCulture, out var given) ? given : null;

    /// <summary><c>PGOAUTH_LEAK_SEED</c> chooses the statements; without it they are the same each time, and others in a long run.</summary>
    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_LEAK_SEED"), CultureInfo.InvariantCulture, out var given) ? given
        : Wanted is null ? DefaultSeed
        : Environment.TickCount & 0xFFFFFF;

    /// <summary>How many statements a run has that takes this share of the longest, which has <c>PGOAUTH_LEAK_STATEMENTS</c>, or 100,000.</summary>
    public static long Statements(int percent) => (Wanted ?? 100_000) * percent / 100;
}
