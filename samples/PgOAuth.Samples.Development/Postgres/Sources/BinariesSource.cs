using PgOAuth.Samples.Development.Postgres.Servers;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>A throwaway server of binaries that one locator finds.</summary>
internal sealed class BinariesSource(IBinariesLocator locator) : IPostgresSource
{
    public string Name => locator.Name;

    public async ValueTask<SourceAttempt> TryStartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var search = await locator.FindAsync(options, cancellationToken).ConfigureAwait(false);
        if (search.Binaries is not { } binaries)
        {
            return SourceAttempt.Failed(search.Reason);
        }

        try
        {
            return SourceAttempt.Started(await LocalServer.StartAsync(binaries, options, cancellationToken).ConfigureAwait(false));
        }
        catch (EmbeddedPostgresException failed) when (!failed.EndsSearch)
        {
            return SourceAttempt.Failed($"{binaries.Source}: {failed.Message}");
        }
    }
}
