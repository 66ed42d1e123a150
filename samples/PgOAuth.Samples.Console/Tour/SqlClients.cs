using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>Picks the client: psql where there is one, else Npgsql, which comes with this program.</summary>
internal static class SqlClients
{
    public static async Task<ISqlClient> FindAsync(CancellationToken cancellationToken)
    {
        // Without signals nobody can press Ctrl+C in a psql that another program runs.
        if (!OperatingSystem.IsWindows() && Executables.Find("psql") is { } path)
        {
            var version = await ProcessRunner.RunAsync(new ProcessCommand(path, "--version"), heartbeat: null, cancellationToken);
            if (version.Succeeded)
            {
                return new PsqlClient(path, version.Output.Trim());
            }
        }

        return new NpgsqlClient();
    }
}
