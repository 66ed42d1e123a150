using System.Globalization;
using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>As root on Debian and its relatives: installs the distribution's server.</summary>
internal sealed class AptBinaries : IBinariesLocator
{
    public string Name => "apt";

    public async ValueTask<BinariesSearch> FindAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var package = options.MajorVersion is { } wanted ? string.Create(CultureInfo.InvariantCulture, $"postgresql-{wanted}") : "postgresql";
        if (await AptPackages.InstallAsync([package], options.Progress, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            return BinariesSearch.Failed(problem);
        }

        var installed = await new InstalledBinaries(InstalledBinaries.UsualDirectories).FindAsync(options, cancellationToken).ConfigureAwait(false);
        return installed.Binaries is { } binaries
            ? BinariesSearch.Found(binaries with { Source = $"package {package}" })
            : BinariesSearch.Failed($"{package} was installed, but {installed.Reason}");
    }
}
