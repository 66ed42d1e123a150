namespace PgOAuth.Samples.Development.Postgres.Processes;

/// <summary>Finds programs the way a shell does.</summary>
internal static class Executables
{
    private static readonly string[] Suffixes = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [string.Empty];

    /// <summary>The folders of PATH.</summary>
    public static IEnumerable<string> SearchPath =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The full path of a program in PATH, or null.</summary>
    public static string? Find(string name)
    {
        return SearchPath.Select(directory => In(directory, name)).FirstOrDefault(path => path is not null);
    }

    /// <summary>The full path of a program in one folder, or null.</summary>
    public static string? In(string directory, string name)
    {
        return Suffixes.Select(suffix => Path.Combine(directory, name + suffix)).FirstOrDefault(File.Exists);
    }
}
