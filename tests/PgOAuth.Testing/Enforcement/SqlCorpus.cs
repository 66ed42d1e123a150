using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace PgOAuth.Testing.Enforcement;

/// <summary>Statements with what PostgreSQL's own parser makes of them, kept beside the repository where they are available.</summary>
public static class SqlCorpus
{
    /// <summary>The file, or null where it is not available.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Reads the entries one by one.</summary>
    public static IEnumerable<JsonElement> Read()
    {
        using var file = File.OpenRead(Path ?? throw new InvalidOperationException("The SQL corpus is not available."));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string? Find()
    {
        var path = Environment.GetEnvironmentVariable("PGOAUTH_SQL_CORPUS");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); path is null && folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "PgOAuth.sln")))
            {
                path = System.IO.Path.Combine(folder.FullName, "..", "shared", "sql-corpus", "open.jsonl.gz");
            }
        }

        return File.Exists(path) ? path : null;
    }
}
