using System.Diagnostics;

namespace PgOAuth.Samples.Development.Postgres.Processes;

/// <summary>A program and its arguments, never passed through a shell.</summary>
internal sealed record ProcessCommand(string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>The folder to run in; null is the current one.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Additional environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The program leaves a process behind that would keep our pipes open; its output is not read.</summary>
    public bool Detaches { get; init; }

    public ProcessStartInfo ToStartInfo()
    {
        var start = new ProcessStartInfo(FileName)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = WorkingDirectory ?? string.Empty,
        };
        foreach (var argument in Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
