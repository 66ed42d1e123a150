using System.Collections.Immutable;

namespace PgOAuth.Sql.Resolution;

/// <summary>A relation of the catalog's snapshot. Immutable; one object per relation and snapshot.</summary>
internal sealed class SqlRelation
{
    private readonly int[] _buckets;

    /// <param name="oid">pg_class.oid.</param>
    /// <param name="schema">Its schema's name.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="columns">Columns in the order of their numbers, without dropped and system ones.</param>
    /// <param name="parents">What it inherits from or is a partition of (pg_inherits), direct parents only.</param>
    /// <param name="isPartition">pg_class.relispartition.</param>
    public SqlRelation(uint oid, SqlName schema, SqlName name, SqlRelationKind kind, ImmutableArray<SqlColumn> columns, ImmutableArray<SqlRelation> parents, bool isPartition)
    {
        Oid = oid;
        Schema = schema;
        Name = name;
        Kind = kind;
        Columns = columns;
        Parents = parents;
        IsPartition = isPartition;

        // Open addressing, at most half full; an entry is the column's index + 1.
        var size = 4;
        while (size < columns.Length * 2)
        {
            size *= 2;
        }

        _buckets = new int[size];
        for (var i = 0; i < columns.Length; i++)
        {
            var bucket = (int)columns[i].Name.Hash & (size - 1);
            while (_buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (size - 1);
            }

            _buckets[bucket] = i + 1;
        }
    }

    public uint Oid { get; }

    /// <summary>
    /// Whether it only stands for a name that the snapshot does not have: its columns and parents are not known. An empty schema
    /// then means: some schema of the search path, or the session's temporary one.
    /// </summary>
    public bool IsUnknown { get; private init; }

    public SqlName Schema { get; }

    public SqlName Name { get; }

    public SqlRelationKind Kind { get; }

    /// <summary>Bit i of a column set is the column at index i here.</summary>
    public ImmutableArray<SqlColumn> Columns { get; }

    public ImmutableArray<SqlRelation> Parents { get; }

    public bool IsPartition { get; }

    /// <summary>A relation that is not in the snapshot.</summary>
    /// <param name="schema">As it is written; empty when none is.</param>
    /// <param name="name">Its name.</param>
    public static SqlRelation Unknown(SqlName schema, SqlName name) => new(0, schema, name, SqlRelationKind.Table, [], [], isPartition: false) { IsUnknown = true };

    /// <summary>Index of a column in <see cref="Columns"/>, or -1. System columns are not among them.</summary>
    public int IndexOf(ReadOnlySpan<byte> name) => IndexOf(name, SqlName.HashOf(name));

    /// <summary>As the other, for a name whose hash is known.</summary>
    public int IndexOf(ReadOnlySpan<byte> name, uint hash)
    {
        var buckets = _buckets;
        for (var bucket = (int)hash & (buckets.Length - 1); buckets[bucket] != 0; bucket = (bucket + 1) & (buckets.Length - 1))
        {
            var index = buckets[bucket] - 1;
            if (Columns[index].Name.Hash == hash && Columns[index].Name.Is(name))
            {
                return index;
            }
        }

        return -1;
    }

    public override string ToString() => $"{Schema}.{Name}";
}
