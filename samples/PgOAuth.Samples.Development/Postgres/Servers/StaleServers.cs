using System.Diagnostics;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>Removes what crashed owners left behind, for the case that their watchdog died with them.</summary>
internal static class StaleServers
{
    public static async Task SweepAsync(Action<string>? progress, CancellationToken cancellationToken)
    {
        foreach (var stale in ServerDirectory.FindStale())
        {
            using (stale)
            {
                progress?.Invoke($"removing {stale.Path}, left by a process that is gone");
                using (var watchdog = Watchdog.Start(stale.Path))
                {
                    if (watchdog is not null)
                    {
                        await watchdog.FireAsync(cancellationToken).ConfigureAwait(false);
                        continue;
                    }
                }

                Remove(stale);
            }
        }
    }

    private static void Remove(ServerDirectory stale)
    {
        try
        {
            var file = Path.Combine(stale.Data, "postmaster.pid");
            if (File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), out var id))
            {
                using var process = Process.GetProcessById(id);
                if (process.ProcessName == "postgres")
                {
                    process.Kill(entireProcessTree: true);
                    process.WaitForExit();
                }
            }
        }
        catch (ArgumentException)
        {
            // It ended by itself.
        }

        try
        {
            stale.Delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Something still has a file open: the next start tries again.
        }
    }
}
