using System.Diagnostics;

namespace PgOAuth.Samples.Development.Postgres.Processes;

/// <summary>Runs a program to its end without a shell, without input, killed with its children on cancellation.</summary>
internal static class ProcessRunner
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs the program and gathers what it says.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="heartbeat">Called every five seconds with the seconds passed, for work that downloads.</param>
    /// <param name="cancellationToken">Kills the program and its children.</param>
    public static async Task<ProcessResult> RunAsync(
        ProcessCommand command, Action<int>? heartbeat, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = command.ToStartInfo() };
        process.StartInfo.RedirectStandardInput = true;
        process.StartInfo.RedirectStandardOutput = !command.Detaches;
        process.StartInfo.RedirectStandardError = !command.Detaches;
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return new ProcessResult(false, -1, $"{command.FileName} could not be started: {exception.Message}");
        }

        process.StandardInput.Close();
        var output = command.Detaches ? Task.FromResult(string.Empty) : process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = command.Detaches ? Task.FromResult(string.Empty) : process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await WaitAsync(process, heartbeat, cancellationToken).ConfigureAwait(false);
            var said = await output.ConfigureAwait(false) + await errors.ConfigureAwait(false);
            return new ProcessResult(process.ExitCode == 0, process.ExitCode, said);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WaitAsync(Process process, Action<int>? heartbeat, CancellationToken cancellationToken)
    {
        var exit = process.WaitForExitAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        while (heartbeat is not null && await Task.WhenAny(exit, Task.Delay(HeartbeatInterval, cancellationToken)).ConfigureAwait(false) != exit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            heartbeat((int)Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        await exit.ConfigureAwait(false);
    }
}
