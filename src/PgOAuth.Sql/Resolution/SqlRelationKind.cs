namespace PgOAuth.Sql.Resolution;

/// <summary>pg_class.relkind.</summary>
internal enum SqlRelationKind : byte
{
    Table,
    PartitionedTable,
    View,
    MaterializedView,
    ForeignTable,
    Sequence,
    CompositeType,
    Index,
    PartitionedIndex,
    Toast,
}
