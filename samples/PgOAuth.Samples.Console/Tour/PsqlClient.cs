using System.Diagnostics;
using System.Globalization;
using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>psql in a process of its own; the token is in its environment and never in its arguments.</summary>
internal sealed class PsqlClient(string path, string version) : ISqlClient
{
    public string Description => version;

    public async Task<SqlAnswer> RunAsync(SqlLogin login, string sql, Task? running, CancellationToken cancellationToken)
    {
        using var psql = new Process { StartInfo = StartInfo(login, sql) };
        psql.Start();
        try
        {
            psql.StandardInput.Close();
            var rows = psql.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = psql.StandardError.ReadToEndAsync(cancellationToken);
            if (running is not null)
            {
                await running.WaitAsync(cancellationToken);
                await PressControlCAsync(psql.Id, cancellationToken);
            }

            await psql.WaitForExitAsync(cancellationToken);
            var text = await rows + await errors;
            return new SqlAnswer(psql.ExitCode == 0, text.Trim());
        }
        finally
        {
            if (!psql.HasExited)
            {
                psql.Kill();
            }
        }
    }

    private ProcessStartInfo StartInfo(SqlLogin login, string sql)
    {
        var security = login.AuthorityPath is { } authority ? $"sslmode=verify-full sslrootcert='{authority}'" : "sslmode=disable";
        var target = string.Create(
            CultureInfo.InvariantCulture,
            $"host=localhost hostaddr={login.Proxy.Address} port={login.Proxy.Port} dbname={login.Database} user={login.User} gssencmode=disable {security}");
        var start = new ProcessCommand(path, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", target, "-c", sql).ToStartInfo();
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
        {
            // Settings of whoever runs the tour would make it another one.
            start.Environment.Remove(name);
        }

        start.Environment["PGPASSWORD"] = login.Token;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        return start;
    }

    private static async Task PressControlCAsync(int process, CancellationToken cancellationToken)
    {
        var kill = new ProcessCommand("/bin/sh", "-c", "kill -INT \"$1\"", "sh", process.ToString(CultureInfo.InvariantCulture));
        await ProcessRunner.RunAsync(kill, heartbeat: null, cancellationToken);
    }
}
