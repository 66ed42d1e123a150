using System.Globalization;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: what tells whether a catalog changed: the fingerprint of its rows, and which role may look into which schema.</summary>
internal sealed class CatalogState : ICatalogRows, IEquatable<CatalogState>
{
    private readonly Dictionary<string, HashSet<uint>> _usage = new(StringComparer.Ordinal);

    internal CatalogState(IEnumerable<string> roles)
    {
        foreach (var role in roles)
        {
            _usage[role] = [];
        }
    }

    internal string Fingerprint { get; private set; } = "";

    /// <summary>The server's major version, as it says; 0 when it says nothing of the kind.</summary>
    internal int ServerMajor =>
        int.TryParse(Fingerprint.AsSpan(0, Math.Max(0, Fingerprint.IndexOf('\n'))), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number / 10_000 : 0;

    internal IReadOnlyCollection<string> Roles => _usage.Keys;

    /// <summary>Whether it was asked what this role may look into.</summary>
    internal bool Knows(string role) => _usage.ContainsKey(role);

    internal bool MayUse(string role, uint schema) => _usage.TryGetValue(role, out var schemas) && schemas.Contains(schema);

    public bool TryAdd(int result, ref CatalogRow row) => result switch
    {
        0 => Fingerprint.Length == 0 && TryReadFingerprint(ref row),
        1 => TryReadUsage(ref row),
        _ => false,
    };

    public bool Equals(CatalogState? other) =>
        other is not null && Fingerprint == other.Fingerprint && _usage.Count == other._usage.Count
        && _usage.All(entry => other._usage.TryGetValue(entry.Key, out var schemas) && schemas.SetEquals(entry.Value));

    public override bool Equals(object? obj) => Equals(obj as CatalogState);

    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);

    private bool TryReadFingerprint(ref CatalogRow row)
    {
        var parts = new List<string>();
        while (!row.IsAtEnd)
        {
            if (!row.TryReadText(out var part))
            {
                return false;
            }

            parts.Add(System.Text.Encoding.UTF8.GetString(part));
        }

        Fingerprint = string.Join('\n', parts);
        return parts.Count > 0;
    }

    private bool TryReadUsage(ref CatalogRow row)
    {
        if (!row.TryReadText(out var role) || !row.TryReadOid(out var schema))
        {
            return false;
        }

        // Of a name longer than PostgreSQL's the server tells about the shortened one: nobody asked for that.
        if (_usage.TryGetValue(System.Text.Encoding.UTF8.GetString(role), out var schemas))
        {
            schemas.Add(schema);
        }

        return true;
    }
}
