using System.Globalization;
using PgOAuth.Samples.Development.Files;
using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>As root on Debian and its relatives: installs the distribution's server, without the cluster it would create and start, and upgrades nothing.</summary>
internal sealed class AptBinaries : IBinariesLocator
{
    // Read by the package's installation script (createcluster.conf includes this folder).
    private const string ClusterSettings = "/etc/postgresql-common/createcluster.d";

    public string Name => "apt";

    public async ValueTask<BinariesSearch> FindAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || Executables.Find("apt-get") is not { } apt)
        {
            return BinariesSearch.Failed("there is no apt-get on this machine");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return BinariesSearch.Failed("installing a package needs root");
        }

        try
        {
            return await InstallAsync(apt, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return BinariesSearch.Failed(exception.Message);
        }
    }

    private static async Task<BinariesSearch> InstallAsync(string apt, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var package = options.MajorVersion is { } wanted ? string.Create(CultureInfo.InvariantCulture, $"postgresql-{wanted}") : "postgresql";
        Directory.CreateDirectory(DevelopmentFolders.Cache);
        using var held = await FileLock.AcquireAsync(
            Path.Combine(DevelopmentFolders.Cache, "apt.lock"), waiting: null, cancellationToken).ConfigureAwait(false);
        var noCluster = Path.Combine(ClusterSettings, "pgoauth.conf");
        Directory.CreateDirectory(ClusterSettings);
        await File.WriteAllTextAsync(noCluster, "create_main_cluster = false\n", cancellationToken).ConfigureAwait(false);
        try
        {
            options.Progress?.Invoke($"installing the package {package} with apt-get");
            // A failed update is no reason to stop: the lists at hand may do.
            var update = await RunAsync(apt, ["update", "-q"], options, cancellationToken).ConfigureAwait(false);
            var install = await RunAsync(
                apt, ["install", "-y", "-q", "--no-install-recommends", "--no-upgrade", package], options, cancellationToken).ConfigureAwait(false);
            if (!install.Succeeded)
            {
                var before = update.Succeeded ? string.Empty : $" (and before it apt-get update, {update.Summary})";
                return BinariesSearch.Failed($"apt-get install {package} failed, {install.Summary}{before}");
            }
        }
        finally
        {
            File.Delete(noCluster);
        }

        var installed = await new InstalledBinaries(InstalledBinaries.UsualDirectories).FindAsync(options, cancellationToken).ConfigureAwait(false);
        return installed.Binaries is { } binaries
            ? BinariesSearch.Found(binaries with { Source = $"package {package}" })
            : BinariesSearch.Failed($"{package} was installed, but {installed.Reason}");
    }

    private static Task<ProcessResult> RunAsync(
        string apt, IReadOnlyList<string> arguments, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(apt, ["-o", "DPkg::Lock::Timeout=120", .. arguments])
        {
            Environment = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" },
        };
        return ProcessRunner.RunAsync(
            command, seconds => options.Progress?.Invoke($"apt-get {arguments[0]} still runs ({seconds} s)"), cancellationToken);
    }
}
