using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>Runs the programs that make, start and stop a server, as the user the server runs as.</summary>
internal sealed class ServerPrograms(EmbeddedPostgresBinaries binaries, ServerUser user, ServerDirectory directory)
{
    public Task<ProcessResult> InitializeAsync(CancellationToken cancellationToken)
    {
        return RunAsync(
            "initdb",
            ["-D", directory.Data, "-U", LocalServer.SuperuserName, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
            detaches: false,
            cancellationToken);
    }

    public Task<ProcessResult> StartAsync(int port, CancellationToken cancellationToken)
    {
        // On Windows the server inherits our pipes and would keep them open.
        return RunAsync(
            "pg_ctl",
            ["start", "-D", directory.Data, "-l", directory.Log, "-o", $"-p {port}", "-s", "-w", "-t", "60"],
            detaches: OperatingSystem.IsWindows(),
            cancellationToken);
    }

    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken)
    {
        // Exit code 3 says that no server runs there, a postmaster.pid left by a crash notwithstanding.
        return (await RunAsync("pg_ctl", ["status", "-D", directory.Data], detaches: false, cancellationToken).ConfigureAwait(false)).Succeeded;
    }

    public Task<ProcessResult> StopAsync(bool immediate, CancellationToken cancellationToken)
    {
        return RunAsync(
            "pg_ctl", ["stop", "-D", directory.Data, "-m", immediate ? "immediate" : "fast", "-s", "-w", "-t", "30"], detaches: false, cancellationToken);
    }

    private Task<ProcessResult> RunAsync(string program, string[] arguments, bool detaches, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(binaries.FindProgram(program)!, arguments) { WorkingDirectory = directory.Path };
        if (binaries.LibraryDirectory is { } libraries && !OperatingSystem.IsWindows())
        {
            command = command with { Environment = new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = libraries } };
        }

        return ProcessRunner.RunAsync(user.Wrap(command) with { Detaches = detaches }, heartbeat: null, cancellationToken);
    }
}
