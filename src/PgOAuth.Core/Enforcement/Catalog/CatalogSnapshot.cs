using System.Collections.Concurrent;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: a server's catalog at one moment. Immutable and thread-safe.</summary>
internal sealed class CatalogSnapshot
{
    /// <summary>Paths times roles; a policy has few. Beyond, views are made anew.</summary>
    private const int MaxViews = 4_096;

    private readonly ConcurrentDictionary<(string Role, CatalogSearchPath Path), CatalogView> _views = new();
    private readonly SqlName _database;

    internal CatalogSnapshot(CatalogKey key, CatalogContent content, CatalogState state)
    {
        Key = key;
        Content = content;
        State = state;
        _database = new SqlName(key.Database);
    }

    internal CatalogKey Key { get; }

    internal CatalogContent Content { get; }

    internal CatalogState State { get; }

    /// <summary>The catalog as a session of this role with this path sees it; null when it was not asked what the role may look into.</summary>
    internal CatalogView? For(string role, CatalogSearchPath path)
    {
        if (_views.TryGetValue((role, path), out var view))
        {
            return view;
        }

        if (!State.Knows(role))
        {
            return null;
        }

        if (_views.Count >= MaxViews)
        {
            _views.Clear();
        }

        return _views.GetOrAdd((role, path), static (key, snapshot) => new CatalogView(snapshot, snapshot._database, key.Role, key.Path), this);
    }

    /// <summary>The relation of this number, for what has no text; null when there is none.</summary>
    internal SqlRelation? FindRelation(uint oid) => Content.Relations.TryGetValue(oid, out var relation) ? relation : null;
}
