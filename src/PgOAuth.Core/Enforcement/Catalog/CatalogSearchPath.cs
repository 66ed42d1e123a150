using System.Collections.Immutable;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>
/// Stage 7: the search path that the proxy pins for a session: names of schemas, exactly as they are in the catalog. There is no
/// <c>"$user"</c> and no temporary schema in it. Immutable; equal when the names are.
/// </summary>
internal sealed class CatalogSearchPath : IEquatable<CatalogSearchPath>
{
    private readonly int _hash;

    internal CatalogSearchPath(params IEnumerable<string> schemas)
    {
        Schemas = [.. schemas];
        var hash = default(HashCode);
        foreach (var schema in Schemas)
        {
            hash.Add(schema, StringComparer.Ordinal);
        }

        _hash = hash.ToHashCode();
    }

    internal ImmutableArray<string> Schemas { get; }

    /// <summary>As the value of <c>search_path</c>. Temporary objects, which PostgreSQL would look for first, come last.</summary>
    internal string ToSetting() => string.Join(", ", Schemas.Append("pg_temp").Select(static schema => $"\"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    /// <summary>Whether a client that asks for this value asks for this path.</summary>
    internal bool Means(string value) =>
        value == ToSetting() || value.Split(',', StringSplitOptions.TrimEntries).Select(static name => name.Trim('"')).SequenceEqual(Schemas, StringComparer.Ordinal);

    public bool Equals(CatalogSearchPath? other) => ReferenceEquals(this, other) || (other is not null && Schemas.AsSpan().SequenceEqual(other.Schemas.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as CatalogSearchPath);

    public override int GetHashCode() => _hash;

    public override string ToString() => string.Join(", ", Schemas);
}
