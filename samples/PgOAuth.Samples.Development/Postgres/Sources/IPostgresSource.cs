namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>One way to a running server.</summary>
internal interface IPostgresSource
{
    /// <summary>The way's name, as the message of a failure lists it.</summary>
    string Name { get; }

    /// <summary>Starts a server, or says why this way is closed. Throws only when the way was open and the server itself failed.</summary>
    ValueTask<SourceAttempt> TryStartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken);
}
