namespace PgOAuth.Samples.Development.Postgres.Processes;

/// <summary>How a program ended; the default value is a failure.</summary>
internal readonly record struct ProcessResult(bool Succeeded, int ExitCode, string Output)
{
    /// <summary>The end of what the program said, on one line, for a message.</summary>
    public string Summary
    {
        get
        {
            var lines = (Output ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var said = string.Join(" | ", lines.TakeLast(6));
            return said.Length == 0 ? $"exit code {ExitCode}" : $"exit code {ExitCode}: {said}";
        }
    }
}
