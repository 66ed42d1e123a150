using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: PostgreSQL's own functions that a statement may call without a rule, and why others may not (D31, D48). By the schema they were found in.</summary>
internal static class HarmlessFunctions
{
    private static readonly NameList<string> Harmless = NameList<string>.Load("HarmlessFunctions.txt", Words);

    private static readonly NameList<string> Dangerous = NameList<string>.Load("DangerousFunctions.txt", Words);

    /// <summary>All that are listed.</summary>
    internal static IReadOnlyList<(string Schema, string Name)> Names => Harmless.Names;

    /// <summary>All that are explained; they are denied, as is everything that is in neither list.</summary>
    internal static IReadOnlyList<(string Schema, string Name)> DangerousNames => Dangerous.Names;

    internal static bool Contains(SqlFunction function) => Contains(function.Schema.Utf8, function.Name.Utf8);

    internal static bool Contains(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => Harmless.TryFind(schema, name, out _);

    /// <summary>Why a function is denied; null when nothing but its absence from the list speaks against it.</summary>
    internal static string? WhyDenied(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => Dangerous.TryFind(schema, name, out var reason) ? reason : null;

    private static IEnumerable<(string Name, string Value)> Words(string title, string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => (name, title));
}
