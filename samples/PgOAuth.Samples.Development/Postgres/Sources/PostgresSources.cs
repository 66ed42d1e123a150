namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>The ways to a server, in the order they are tried.</summary>
internal static class PostgresSources
{
    public static IReadOnlyList<IBinariesLocator> Binaries { get; } = [new InstalledBinaries(), new NpmBinaries(), new AptBinaries(), new NpmByAptBinaries()];

    public static IReadOnlyList<IPostgresSource> All { get; } =
    [
        new EnvironmentSource(Environment.GetEnvironmentVariable),
#if USE_TESTCONTAINERS
        new ContainerSource(),
#else
        new NoContainerSource(),
#endif
        .. Binaries.Select(locator => new BinariesSource(locator)),
    ];
}
