namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>What came of one way to binaries; the default value is a failure.</summary>
internal readonly record struct BinariesSearch
{
    private readonly string? _reason;

    private BinariesSearch(EmbeddedPostgresBinaries? binaries, string? reason)
    {
        Binaries = binaries;
        _reason = reason;
    }

    public EmbeddedPostgresBinaries? Binaries { get; }

    public string Reason => _reason ?? "not tried";

    public static BinariesSearch Found(EmbeddedPostgresBinaries binaries)
    {
        return new BinariesSearch(binaries, null);
    }

    public static BinariesSearch Failed(string reason)
    {
        return new BinariesSearch(null, reason);
    }
}
