using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Policy;

/// <summary>A database in memory: what the policies of these tests are about.</summary>
internal sealed class PolicyCatalog : ISqlCatalog, IPolicyBaseline
{
    private static readonly string[] Path = ["pg_catalog", "sales", "public"];
    private static readonly SqlName[] PathNames = [Name("sales"), Name("public")];

    private readonly List<SqlRelation> _relations = [];
    private readonly List<SqlFunction> _functions = [];
    private readonly List<SqlType> _types = [];

    internal PolicyCatalog()
    {
        foreach (var (oid, name) in new (uint, string)[] { (23, "int4"), (25, "text"), (16, "bool"), (2205, "regclass"), (20, "int8"), (142, "xml") })
        {
            _types.Add(new SqlType(oid, Name("pg_catalog"), Name(name), SqlTypeKind.Base, null, 0));
        }

        var orders = Add("sales", "orders", SqlRelationKind.PartitionedTable, [], "id", "customer", "total", "secret");
        Add("sales", "orders_2024", SqlRelationKind.Table, [orders], "id", "customer", "total", "secret");
        Add("sales", "order_items", SqlRelationKind.Table, [], "id", "order_id", "product");
        Add("sales", "orders_id_seq", SqlRelationKind.Sequence, [], "last_value", "log_cnt", "is_called");
        Add("hr", "people", SqlRelationKind.Table, [], "id", "name", "salary");
        Add("Sales", "Orders", SqlRelationKind.Table, [], "id", "Note");
        Add("public", "notes", SqlRelationKind.Table, [], "id", "body");
        Add("pg_catalog", "pg_class", SqlRelationKind.Table, [], "oid", "relname", "relkind");
        Add("pg_catalog", "pg_stats", SqlRelationKind.View, [], "tablename", "most_common_vals");
        Add("pg_catalog", "pg_settings", SqlRelationKind.View, [], "name", "setting");
        foreach (var name in new[] { "lower", "query_to_xml", "pg_read_file", "pg_sleep", "set_config", "nextval", "setval", "currval" })
        {
            var argument = name is "nextval" or "setval" or "currval" ? 2205u : 25u;
            AddFunction("pg_catalog", name, SqlFunctionKind.Function, argument, 25u, 16u);
        }

        AddFunction("pg_catalog", "count", SqlFunctionKind.Aggregate, 25);
        AddFunction("pg_catalog", "count", SqlFunctionKind.Aggregate);
        AddFunction("app", "price", SqlFunctionKind.Function, 23);
        AddFunction("app", "settle", SqlFunctionKind.Procedure, 23);
        AddFunction("public", "dblink", SqlFunctionKind.Function, 25);
    }

    public SqlName Database { get; } = Name("shop");

    public SqlName? CreationSchema { get; } = Name("sales");

    public ReadOnlySpan<SqlName> SearchPath => PathNames;

    public SqlRelation? FindRelation(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        foreach (var path in schema.IsEmpty ? Path : [System.Text.Encoding.UTF8.GetString(schema)])
        {
            foreach (var relation in _relations)
            {
                if (relation.Schema.ToString() == path && relation.Name.Is(name))
                {
                    return relation;
                }
            }
        }

        return null;
    }

    public ReadOnlySpan<SqlFunction> FindFunctions(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var wanted = System.Text.Encoding.UTF8.GetString(schema);
        var called = System.Text.Encoding.UTF8.GetString(name);
        return _functions.Where(function => function.Name.ToString() == called
            && (wanted.Length == 0 ? Path.Contains(function.Schema.ToString()) : function.Schema.ToString() == wanted)).ToArray();
    }

    public SqlType? FindType(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var wanted = System.Text.Encoding.UTF8.GetString(name);
        return _types.Find(type => type.Name.ToString() == wanted);
    }

    public SqlType? FindType(uint oid) => _types.Find(type => type.Oid == oid);

    public bool HasOperators => true;

    public ReadOnlySpan<SqlCustomCast> Casts => default;

    // public.=== calls app.price, whatever is compared.
    public ReadOnlySpan<SqlCustomOperator> FindOperators(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var isMeant = name.SequenceEqual("==="u8) && (schema.IsEmpty || schema.SequenceEqual("public"u8));
        return isMeant ? new[] { new SqlCustomOperator(Name("public"), Name("==="), 25, 25, _functions.Find(static one => one.Name.Is("price"u8))!) } : default;
    }

    public bool IsHarmless(SqlFunction function) => function.Schema.Is("pg_catalog"u8) && (function.Name.Is("lower"u8) || function.Name.Is("count"u8));

    public bool IsDangerous(SqlFunction function) => function.Name.Utf8.StartsWith("dblink"u8);

    public bool IsDangerous(SqlRelation relation) => relation.Name.Is("pg_stats"u8);

    public bool IsMetadata(SqlRelation relation, ReadOnlySpan<byte> column) => relation.Name.Is("pg_class"u8);

    internal void AddTable(string schema, string name, params string[] columns) => Add(schema, name, SqlRelationKind.Table, [], columns);

    private static SqlName Name(string text) => new(text);

    private SqlRelation Add(string schema, string name, SqlRelationKind kind, SqlRelation[] parents, params string[] columns)
    {
        var relation = new SqlRelation(
            (uint)(16384 + _relations.Count),
            Name(schema),
            Name(name),
            kind,
            [.. columns.Select((column, index) => new SqlColumn(Name(column), (short)(index + 1), 25))],
            [.. parents],
            parents.Length > 0);
        _relations.Add(relation);
        return relation;
    }

    private void AddFunction(string schema, string name, SqlFunctionKind kind, params uint[] arguments) => _functions.Add(new SqlFunction
    {
        Oid = (uint)(20000 + _functions.Count),
        Schema = Name(schema),
        Name = Name(name),
        Kind = kind,
        ArgumentTypes = [.. arguments],
        DefaultCount = Math.Max(0, arguments.Length - 1),
        ReturnType = 25,
    });
}
