using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>Server binaries that are already installed: in PATH, then in the folders the usual packages install to, newest first.</summary>
internal sealed class InstalledBinaries : IBinariesLocator
{
    private readonly Func<IEnumerable<string>> _directories;

    public InstalledBinaries()
        : this(() => Executables.SearchPath.Concat(UsualDirectories()))
    {
    }

    internal InstalledBinaries(Func<IEnumerable<string>> directories)
    {
        _directories = directories;
    }

    public string Name => "installed binaries";

    public async ValueTask<BinariesSearch> FindAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var others = new List<string>();
        foreach (var directory in _directories().Distinct())
        {
            var binaries = await BinariesFolder
                .ProbeAsync(directory, libraryDirectory: null, "installed", cancellationToken).ConfigureAwait(false);
            if (binaries is not null && options.Accepts(binaries.MajorVersion))
            {
                return BinariesSearch.Found(binaries with { Source = $"installed in {binaries.BinDirectory}" });
            }

            if (binaries is not null)
            {
                others.Add($"{binaries.Version} in {binaries.BinDirectory}");
            }
        }

        return BinariesSearch.Failed(others.Count == 0
            ? "none in PATH or the usual folders"
            : $"found only {string.Join(", ", others.Distinct())}");
    }

    /// <summary>Debian and Ubuntu, Red Hat's and SUSE's relatives, Homebrew on both architectures, the Windows installer.</summary>
    internal static IEnumerable<string> UsualDirectories()
    {
        return OperatingSystem.IsWindows()
            ? Versions(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin")
            :
            [
                .. Versions("/usr/lib/postgresql", "*", "bin"),
                .. Versions("/usr", "pgsql-*", "bin"),
                .. Versions("/usr/lib", "postgresql??", "bin"),
                .. Versions("/opt/homebrew/opt", "postgresql@*", "bin"),
                .. Versions("/usr/local/opt", "postgresql@*", "bin"),
                .. Versions("/home/linuxbrew/.linuxbrew/opt", "postgresql@*", "bin"),
                "/usr/local/pgsql/bin",
            ];
    }

    private static IEnumerable<string> Versions(string parent, string pattern, string child)
    {
        return Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern)
                .OrderByDescending(directory => directory, StringComparer.Ordinal)
                .Select(directory => Path.Combine(directory, child))
            : [];
    }
}
