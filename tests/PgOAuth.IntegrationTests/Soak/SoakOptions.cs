using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>What kind of soak.</summary>
internal sealed record SoakOptions(TransportKind Transport, PoolMode Mode, int Seed, TimeSpan Duration)
{
    /// <summary>Client connections at a time.</summary>
    public int Clients { get; init; } = 24;

    /// <summary>Server connections of the pool; far fewer.</summary>
    public int PoolSize { get; init; } = 3;

    /// <summary>How many connections are shot, one every 200 ms, for each restart of the server.</summary>
    public int ShotsPerRestart { get; init; } = 4;

    /// <summary>Restarts there are at least, however long they take: the first in order, the second as in a crash, and so on.</summary>
    public int MinRestarts { get; init; } = 2;

    public override string ToString() => $"{Transport} {Mode} seed {Seed}";
}
