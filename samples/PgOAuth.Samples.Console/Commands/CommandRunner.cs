using System.CommandLine;
using System.CommandLine.Invocation;

namespace PgOAuth.Samples.Terminal.Commands;

/// <summary>Parses and runs; a mistake becomes one sentence on the error output and exit code 1, or 2 where 1 is an answer.</summary>
internal static class CommandRunner
{
    /// <summary>Longer than the proxy's drain, so that Ctrl+C and SIGTERM leave nothing behind.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction error)
        {
            error.ShowHelp = false;
        }

        var failed = parsed.CommandResult.Command.Name == ExplainCommand.Name ? ExplainCommand.Failed : 1;
        try
        {
            var exitCode = await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TerminationTimeout,
            });
            return parsed.Action is ParseErrorAction ? failed : exitCode;
        }
        catch (CommandException mistake)
        {
            await Console.Error.WriteLineAsync(mistake.Message);
            return failed;
        }
        catch (OperationCanceledException)
        {
            // Stopped before it was ready: what had been started is gone by now.
            return failed;
        }
    }
}
