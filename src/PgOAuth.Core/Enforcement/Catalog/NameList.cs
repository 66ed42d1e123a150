using System.Diagnostics.CodeAnalysis;
using System.Text;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>
/// Stage 7: a list of names from one of the text files beside this: sections of names, with or without a schema. Look-ups are by
/// UTF-8 and do not allocate.
/// </summary>
/// <typeparam name="T">What is known of a name.</typeparam>
internal sealed class NameList<T>
    where T : class
{
    private const string AnySchema = "*";
    private const string DefaultSchema = "pg_catalog";

    private readonly NameTable<NameTable<T>> _schemas;
    private readonly NameTable<T> _anySchema;

    private NameList(Dictionary<string, Dictionary<string, T>> schemas)
    {
        _anySchema = schemas.Remove(AnySchema, out var any) ? ToTable(any) : NameTable<T>.Empty;
        _schemas = new NameTable<NameTable<T>>([.. schemas.Select(static schema => KeyValuePair.Create(new SqlName(schema.Key), ToTable(schema.Value)))]);
        Names = [.. schemas.SelectMany(static schema => schema.Value.Keys.Select(name => (schema.Key, name)))];
    }

    /// <summary>All names but those of any schema.</summary>
    internal IReadOnlyList<(string Schema, string Name)> Names { get; }

    internal bool TryFind(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name, [MaybeNullWhen(false)] out T value) =>
        (_schemas.TryFind(schema, out var names) && names.TryFind(name, out value)) || _anySchema.TryFind(name, out value);

    /// <summary>Reads a list that is built in.</summary>
    /// <param name="resource">The file's name.</param>
    /// <param name="entries">Makes names (with their schema, if they have one) and values of a line; the first argument is the section's title.</param>
    internal static NameList<T> Load(string resource, Func<string, string, IEnumerable<(string Name, T Value)>> entries)
    {
        using var stream = typeof(NameList<T>).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is not built in.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var schemas = new Dictionary<string, Dictionary<string, T>>(StringComparer.Ordinal);
        var title = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                title = line[1..^1];
                continue;
            }

            foreach (var (full, value) in entries(title, line))
            {
                var dot = full.IndexOf('.', StringComparison.Ordinal);
                var (schema, name) = dot < 0 ? (DefaultSchema, full) : (full[..dot], full[(dot + 1)..]);
                if (!schemas.TryGetValue(schema, out var names))
                {
                    schemas.Add(schema, names = new Dictionary<string, T>(StringComparer.Ordinal));
                }

                names.Add(name, value);
            }
        }

        return new NameList<T>(schemas);
    }

    private static NameTable<T> ToTable(Dictionary<string, T> names) => new([.. names.Select(static name => KeyValuePair.Create(new SqlName(name.Key), name.Value))]);
}
