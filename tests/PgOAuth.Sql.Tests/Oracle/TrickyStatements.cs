using System.Text;
using System.Text.Json;

namespace PgOAuth.Sql.Oracle;

/// <summary>The committed statements, one file for a group of statement families; <c>README.md</c> beside them says where they come from.</summary>
internal static class TrickyStatements
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Oracle", "Statements");

    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.jsonl").Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>The statements of a file with PostgreSQL's answers.</summary>
    public static IEnumerable<(string Sql, JsonElement Oracle)> Read(string file)
    {
        foreach (var line in File.ReadLines(Path.Combine(Folder, file)))
        {
            using var entry = JsonDocument.Parse(line);
            yield return (entry.RootElement.GetProperty("sql").GetString()!, entry.RootElement.GetProperty("oracle").Clone());
        }
    }

    /// <summary>All texts.</summary>
    public static byte[][] Texts() => [.. Files.SelectMany(Read).Select(static statement => Encoding.UTF8.GetBytes(statement.Sql))];
}
