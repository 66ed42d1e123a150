using System.Diagnostics.CodeAnalysis;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: the catalogs that drivers and tools may read without a rule, and why others may not be read (D23).</summary>
internal static class HarmlessRelations
{
    private static readonly NameList<HarmlessRelation> Harmless = NameList<HarmlessRelation>.Load("HarmlessRelations.txt", Entry);

    private static readonly NameList<string> Dangerous = NameList<string>.Load(
        "DangerousRelations.txt", static (title, line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => (name, title)));

    /// <summary>All that are listed.</summary>
    internal static IReadOnlyList<(string Schema, string Name)> Names => Harmless.Names;

    /// <summary>All that are explained, but those of any schema.</summary>
    internal static IReadOnlyList<(string Schema, string Name)> DangerousNames => Dangerous.Names;

    internal static bool TryFind(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name, [MaybeNullWhen(false)] out HarmlessRelation relation) =>
        Harmless.TryFind(schema, name, out relation);

    /// <summary>
    /// Why a relation is denied; null when nothing is known against it. Extensions' views are found in any schema: a rule must name
    /// them, a wildcard does not reach them.
    /// </summary>
    internal static string? WhyDenied(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => Dangerous.TryFind(schema, name, out var reason) ? reason : null;

    private static IEnumerable<(string Name, HarmlessRelation Value)> Entry(string title, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isLimited = words.Length > 2 && words[1] is "only" or "except";
        if (words.Length > 1 && !isLimited)
        {
            throw new InvalidOperationException($"\"{line}\" of [{title}] is no relation.");
        }

        yield return (words[0], new HarmlessRelation(words.Skip(2), isLimited && words[1] == "only"));
    }
}
