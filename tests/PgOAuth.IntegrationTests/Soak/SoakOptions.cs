using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Soak;

/// <summary>What kind of soak.</summary>
internal sealed record SoakOptions(TransportKind Transport, PoolMode Mode, int Seed, TimeSpan Duration)
{
    /// <summary>Client connections at a time.</summary>
    public int Clients { get; init; } = 24;

    /// <summary>Server connections of the pool; far fewer.</summary>
    public int PoolSize { get; init; } = 3;

    /// <summary>Whether the server is restarted now and then.</summary>
    public bool Restarts { get; init; }

    public override string ToString() => $"{Transport} {Mode} seed {Seed}";
}
