using PgOAuth.Samples.Development.Postgres.Servers;
using Testcontainers.PostgreSql;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>A container of the official image. Compiled only where a Docker engine is, or on request (see the README).</summary>
internal sealed class ContainerSource : IPostgresSource
{
    public string Name => "container";

    public async ValueTask<SourceAttempt> TryStartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        if (options.NeedsServerFiles)
        {
            return SourceAttempt.Failed("what is wanted needs a server whose files we write");
        }

        var majorVersion = options.MajorVersion ?? EmbeddedPostgresOptions.NewestMajorVersion;
        options.Progress?.Invoke($"starting a container of postgres:{majorVersion}");
        try
        {
            var container = new PostgreSqlBuilder($"postgres:{majorVersion}").WithDatabase("postgres").WithUsername("postgres").Build();
            try
            {
                await container.StartAsync(cancellationToken).ConfigureAwait(false);
                return SourceAttempt.Started(new ContainerServer(container, majorVersion));
            }
            catch
            {
                await container.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The engine may be absent, stopped, or cut off from the image: the next way is tried.
            return SourceAttempt.Failed(exception.Message);
        }
    }
}
