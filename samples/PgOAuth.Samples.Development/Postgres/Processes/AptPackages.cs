using PgOAuth.Samples.Development.Files;

namespace PgOAuth.Samples.Development.Postgres.Processes;

/// <summary>As root on Debian and its relatives: installs packages, one process at a time on the whole machine, and upgrades nothing.</summary>
internal static class AptPackages
{
    // Read by the installation script of a server's package (createcluster.conf includes this folder).
    private const string ClusterSettings = "/etc/postgresql-common/createcluster.d";

    /// <summary>Installs packages. A server comes without the cluster that its package would create and start.</summary>
    /// <returns>Null, or why it failed.</returns>
    public static async Task<string?> InstallAsync(IReadOnlyList<string> packages, Action<string>? progress, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || Executables.Find("apt-get") is not { } apt)
        {
            return "there is no apt-get on this machine";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "installing a package needs root";
        }

        try
        {
            Directory.CreateDirectory(DevelopmentFolders.Cache);
            using var held = await FileLock.AcquireAsync(
                Path.Combine(DevelopmentFolders.Cache, "apt.lock"), () => progress?.Invoke("waiting for another process that installs packages"), cancellationToken).ConfigureAwait(false);
            var noCluster = Path.Combine(ClusterSettings, "pgoauth.conf");
            Directory.CreateDirectory(ClusterSettings);
            await File.WriteAllTextAsync(noCluster, "create_main_cluster = false\n", cancellationToken).ConfigureAwait(false);
            try
            {
                return await InstallAsync(apt, packages, progress, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                File.Delete(noCluster);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static async Task<string?> InstallAsync(string apt, IReadOnlyList<string> packages, Action<string>? progress, CancellationToken cancellationToken)
    {
        var names = string.Join(' ', packages);
        progress?.Invoke($"installing {names} with apt-get");
        string[] install = ["install", "-y", "-q", "--no-install-recommends", "--no-upgrade", .. packages];
        var installed = await RunAsync(apt, install, progress, cancellationToken).ConfigureAwait(false);
        if (installed.Succeeded)
        {
            return null;
        }

        // The lists may be old, or not there at all.
        var updated = await RunAsync(apt, ["update", "-q"], progress, cancellationToken).ConfigureAwait(false);
        installed = await RunAsync(apt, install, progress, cancellationToken).ConfigureAwait(false);
        var before = updated.Succeeded ? string.Empty : $" (and before it apt-get update, {updated.Summary})";
        return installed.Succeeded ? null : $"apt-get install {names} failed, {installed.Summary}{before}";
    }

    private static Task<ProcessResult> RunAsync(string apt, string[] arguments, Action<string>? progress, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(apt, ["-o", "DPkg::Lock::Timeout=120", .. arguments])
        {
            Environment = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" },
        };
        return ProcessRunner.RunAsync(command, seconds => progress?.Invoke($"apt-get {arguments[0]} still runs ({seconds} s)"), cancellationToken);
    }
}
