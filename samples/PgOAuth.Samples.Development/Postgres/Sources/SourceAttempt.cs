namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>What came of one way to a server; the default value is a failure.</summary>
internal readonly record struct SourceAttempt
{
    private readonly string? _reason;

    private SourceAttempt(EmbeddedPostgresServer? server, string? reason)
    {
        Server = server;
        _reason = reason;
    }

    public EmbeddedPostgresServer? Server { get; }

    public string Reason => _reason ?? "not tried";

    public static SourceAttempt Started(EmbeddedPostgresServer server)
    {
        return new SourceAttempt(server, null);
    }

    public static SourceAttempt Failed(string reason)
    {
        return new SourceAttempt(null, reason);
    }
}
