using PgOAuth.Samples.Development.Files;
using PgOAuth.Samples.Development.Postgres.Processes;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients.Tools;

/// <summary>Packages of one pinned version each, installed by the machine's npm client into a folder of their own in the cache.</summary>
internal static class NpmPackages
{
    /// <summary>The node_modules folder that holds the package.</summary>
    /// <exception cref="InvalidOperationException">It cannot be had; the message says how to get it.</exception>
    public static async Task<string> FindOrInstallAsync(string name, string version)
    {
        await ClientTools.FindProgramAsync("node", "nodejs");
        var npm = await ClientTools.FindProgramAsync("npm", "npm");
        var parent = Path.Combine(DevelopmentFolders.Cache, "npm");
        var home = Path.Combine(parent, $"{name}-{version}");
        var modules = Path.Combine(home, "node_modules");
        if (Directory.Exists(modules))
        {
            return modules;
        }

        Directory.CreateDirectory(parent);
        using var held = await FileLock.AcquireAsync(home + ".lock", waiting: null, CancellationToken.None);
        if (Directory.Exists(modules))
        {
            return modules;
        }

        TestContext.Current.SendDiagnosticMessage("installing the npm package {0}@{1}", name, version);
        var staging = Directory.CreateDirectory(Path.Combine(parent, $".{name}-{Guid.NewGuid():N}"));
        try
        {
            var command = new ProcessCommand(npm, "install", "--prefix", staging.FullName, "--no-audit", "--no-fund", "--ignore-scripts", $"{name}@{version}");
            var installed = await ProcessRunner.RunAsync(
                command, seconds => TestContext.Current.SendDiagnosticMessage("npm still installs {0} ({1} s)", name, seconds), CancellationToken.None);
            if (!installed.Succeeded)
            {
                throw new InvalidOperationException(
                    $"The npm package {name}, which this test drives, is missing. Install it: npm install --prefix {home} {name}@{version}. npm could not, {installed.Summary}");
            }

            staging.MoveTo(home);
            return modules;
        }
        catch
        {
            staging.Delete(recursive: true);
            throw;
        }
    }
}
