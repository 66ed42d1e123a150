using System.Globalization;
using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Sources;

/// <summary>Looks whether a folder holds a usable server, by asking the server itself for its version.</summary>
internal static class BinariesFolder
{
    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    /// <summary>The binaries in a folder; null when it is incomplete or its server does not run here.</summary>
    public static async Task<EmbeddedPostgresBinaries?> ProbeAsync(
        string directory, string? libraryDirectory, string source, CancellationToken cancellationToken)
    {
        directory = Resolve(directory);
        if (!IsComplete(directory))
        {
            return null;
        }

        var command = new ProcessCommand(Executables.In(directory, "postgres")!, "--version");
        if (libraryDirectory is not null && !OperatingSystem.IsWindows())
        {
            command = command with { Environment = new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = libraryDirectory } };
        }

        var result = await ProcessRunner.RunAsync(command, heartbeat: null, cancellationToken).ConfigureAwait(false);

        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 19beta1"
        var version = result.Succeeded ? result.Output.Split(' ', StringSplitOptions.TrimEntries).ElementAtOrDefault(2) : null;
        var digits = string.Concat((version ?? string.Empty).TakeWhile(char.IsAsciiDigit));
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var majorVersion)
            ? new EmbeddedPostgresBinaries(directory, majorVersion, version!, source) { LibraryDirectory = libraryDirectory }
            : null;
    }

    /// <summary>Where the server really is: a folder of PATH may hold links to some of the programs only.</summary>
    private static string Resolve(string directory)
    {
        var target = Executables.In(directory, "postgres") is { } postgres ? File.ResolveLinkTarget(postgres, returnFinalTarget: true) : null;
        return Path.GetDirectoryName(target?.FullName) is { } real && IsComplete(real) ? real : directory;
    }

    private static bool IsComplete(string directory)
    {
        return Programs.All(program => Executables.In(directory, program) is not null);
    }
}
