namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>One way to the programs of a server.</summary>
internal interface IBinariesLocator
{
    /// <summary>The way's name, as the message of a failure lists it.</summary>
    string Name { get; }

    /// <summary>Finds or installs the programs, or says why this way is closed.</summary>
    ValueTask<BinariesSearch> FindAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken);
}
