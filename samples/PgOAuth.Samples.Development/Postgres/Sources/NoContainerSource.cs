namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>Stands for the container way in a build without it, so that the list of what was tried stays complete.</summary>
internal sealed class NoContainerSource : IPostgresSource
{
    public string Name => "container";

    public ValueTask<SourceAttempt> TryStartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        return ValueTask.FromResult(SourceAttempt.Failed(
            "built without it, as there was no Docker socket; -p:UseTestcontainers=true builds it in"));
    }
}
