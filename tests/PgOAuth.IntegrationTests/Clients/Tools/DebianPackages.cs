using PgOAuth.Samples.Development.Files;
using PgOAuth.Samples.Development.Postgres.Processes;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients.Tools;

/// <summary>Installs packages of Debian and its relatives, one at a time on the whole machine.</summary>
internal static class DebianPackages
{
    /// <summary>Installs one package.</summary>
    /// <returns>Null, or why it failed.</returns>
    public static async Task<string?> InstallAsync(string package)
    {
        if (!OperatingSystem.IsLinux() || Executables.Find("apt-get") is not { } apt)
        {
            return "There is no apt-get here that could do it now.";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "Only root can do it now.";
        }

        Directory.CreateDirectory(DevelopmentFolders.Cache);
        using var held = await FileLock.AcquireAsync(Path.Combine(DevelopmentFolders.Cache, "apt.lock"), waiting: null, CancellationToken.None);
        Say($"installing the Debian package {package}");
        var result = await RunAsync(apt, "install", "-y", "-q", "--no-install-recommends", package);
        if (!result.Succeeded)
        {
            await RunAsync(apt, "update", "-q");
            result = await RunAsync(apt, "install", "-y", "-q", "--no-install-recommends", package);
        }

        return result.Succeeded ? null : $"apt-get could not, {result.Summary}";
    }

    private static Task<ProcessResult> RunAsync(string apt, params string[] arguments)
    {
        var command = new ProcessCommand(apt, ["-o", "DPkg::Lock::Timeout=120", .. arguments])
        {
            Environment = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" },
        };
        return ProcessRunner.RunAsync(command, seconds => Say($"apt-get {arguments[0]} still runs ({seconds} s)"), CancellationToken.None);
    }

    private static void Say(string message) => TestContext.Current.SendDiagnosticMessage("{0}", message);
}
