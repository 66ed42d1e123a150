using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: makes relations of their rows, parents before children, because a relation never changes once it is made.</summary>
internal sealed class RelationTree
{
    private readonly Dictionary<uint, CatalogBuilder.RelationRow> _rows = [];
    private readonly Dictionary<uint, (int Start, int Count)> _columnsOf = [];
    private readonly List<CatalogBuilder.ColumnRow> _columns;
    private readonly Dictionary<uint, List<uint>> _parents;
    private readonly Dictionary<uint, SqlName> _schemas;
    private readonly Dictionary<uint, SqlRelation> _made;

    /// <param name="relations">In any order.</param>
    /// <param name="columns">In the order of relations' oids, and of numbers within them.</param>
    /// <param name="parents">Of the children.</param>
    /// <param name="schemas">A relation of another schema is left out.</param>
    internal RelationTree(List<CatalogBuilder.RelationRow> relations, List<CatalogBuilder.ColumnRow> columns, Dictionary<uint, List<uint>> parents, Dictionary<uint, SqlName> schemas)
    {
        _columns = columns;
        _parents = parents;
        _schemas = schemas;
        _made = new Dictionary<uint, SqlRelation>(relations.Count);
        foreach (var row in relations)
        {
            if (schemas.ContainsKey(row.Schema))
            {
                _rows[row.Oid] = row;
            }
        }

        for (var start = 0; start < columns.Count;)
        {
            var end = start;
            while (end < columns.Count && columns[end].Relation == columns[start].Relation)
            {
                end++;
            }

            _columnsOf[columns[start].Relation] = (start, end - start);
            start = end;
        }
    }

    /// <summary>By oid; null when inheritance goes in a circle.</summary>
    internal Dictionary<uint, SqlRelation>? Build()
    {
        // Not recursive: how deep partitions go is up to whoever made them (D17).
        var path = new Stack<uint>();
        var onPath = new HashSet<uint>();
        foreach (var oid in _rows.Keys)
        {
            path.Push(oid);
            while (path.TryPeek(out var next))
            {
                if (_made.ContainsKey(next))
                {
                    path.Pop();
                    continue;
                }

                if (MissingParents(next, path) == 0)
                {
                    _made[next] = Make(next);
                    onPath.Remove(next);
                    path.Pop();
                }
                else if (!onPath.Add(next))
                {
                    return null;
                }
            }
        }

        return _made;
    }

    private int MissingParents(uint oid, Stack<uint> path)
    {
        var missing = 0;
        foreach (var parent in ParentsOf(oid))
        {
            if (_rows.ContainsKey(parent) && !_made.ContainsKey(parent))
            {
                path.Push(parent);
                missing++;
            }
        }

        return missing;
    }

    private SqlRelation Make(uint oid)
    {
        var row = _rows[oid];
        var parents = ImmutableArray.CreateBuilder<SqlRelation>();
        foreach (var parent in ParentsOf(oid))
        {
            if (_made.TryGetValue(parent, out var relation))
            {
                parents.Add(relation);
            }
        }

        SqlColumn[] columns = [];
        if (_columnsOf.TryGetValue(oid, out var slice))
        {
            columns = new SqlColumn[slice.Count];
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i] = _columns[slice.Start + i].Column;
            }
        }

        return new SqlRelation(oid, _schemas[row.Schema], row.Name, row.Kind, ImmutableCollectionsMarshal.AsImmutableArray(columns), parents.DrainToImmutable(), row.IsPartition);
    }

    private List<uint> ParentsOf(uint oid) => _parents.TryGetValue(oid, out var parents) ? parents : [];
}
