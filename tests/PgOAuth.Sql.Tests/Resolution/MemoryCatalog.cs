using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PgOAuth.Sql.Resolution;

/// <summary>A catalog in memory, built by hand or from what a server says of itself.</summary>
internal sealed class MemoryCatalog : ISqlCatalog
{
    /// <summary>What <see cref="Read"/> takes: one JSON document.</summary>
    public const string Query = """
        select json_build_object(
          'database', current_database(),
          'path', (select json_agg(p) from unnest(current_schemas(true)) p),
          'relations', (select json_agg(json_build_object('oid', c.oid::text, 'schema', n.nspname, 'name', c.relname, 'kind', c.relkind,
              'partition', c.relispartition, 'rowtype', c.reltype::text,
              'parents', (select coalesce(json_agg(i.inhparent::text order by i.inhseqno), '[]') from pg_inherits i where i.inhrelid = c.oid),
              'columns', (select coalesce(json_agg(json_build_array(a.attname, a.attnum, a.atttypid::text) order by a.attnum), '[]')
                 from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) order by c.oid)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname not like 'pg\_t%'),
          'types', (select json_agg(json_build_object('oid', t.oid::text, 'schema', n.nspname, 'name', t.typname, 'kind', t.typtype,
              'relation', t.typrelid::text, 'base', case when t.typtype = 'd' then t.typbasetype else t.typelem end::text) order by t.oid)
            from pg_type t join pg_namespace n on n.oid = t.typnamespace where n.nspname not like 'pg\_t%'),
          'functions', (select json_agg(json_build_object('oid', p.oid::text, 'schema', n.nspname, 'name', p.proname, 'kind', p.prokind,
              'arguments', (select coalesce(json_agg(u::text order by o), '[]') from unnest(p.proargtypes::oid[]) with ordinality x(u, o)),
              'defaults', p.pronargdefaults, 'variadic', p.provariadic <> 0, 'returns', p.prorettype::text, 'set', p.proretset,
              'outs', (select coalesce(json_agg(json_build_array(coalesce(nullif(p.proargnames[o], ''), 'column' || r), r, t::text) order by o), '[]')
                from (select o, t, row_number() over (order by o) r from unnest(p.proallargtypes) with ordinality x(t, o)
                  where p.proargmodes[o] in ('o', 'b', 't')) outs)) order by p.oid)
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace),
          'operators', (select coalesce(json_agg(json_build_object('schema', n.nspname, 'name', o.oprname, 'left', o.oprleft::text, 'right', o.oprright::text,
              'function', o.oprcode::oid::text)), '[]') from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where o.oid >= 16384),
          'casts', (select coalesce(json_agg(json_build_object('source', k.castsource::text, 'target', k.casttarget::text, 'function', k.castfunc::text, 'implicit', k.castcontext = 'i')), '[]')
            from pg_cast k where k.oid >= 16384 and k.castfunc <> 0))
        """;

    private readonly Dictionary<string, SqlRelation> _relations = [];
    private readonly Dictionary<string, SqlFunction[]> _functions = [];
    private readonly Dictionary<string, SqlType> _types = [];
    private readonly Dictionary<uint, SqlType> _typesByOid = [];
    private readonly string[] _path;
    private readonly SqlName[] _searchPath;
    private readonly List<SqlCustomOperator> _operators = [];
    private readonly List<SqlCustomCast> _casts = [];
    private uint _nextOid = 100_000;

    public MemoryCatalog(string database, params string[] path)
    {
        Database = new SqlName(database);
        _path = path;
        _searchPath = [.. path.Select(schema => new SqlName(schema))];
        CreationSchema = new SqlName(path[^1]);
    }

    public SqlName Database { get; }

    public SqlName? CreationSchema { get; }

    public ReadOnlySpan<SqlName> SearchPath => _searchPath;

    public IEnumerable<SqlRelation> Relations => _relations.Values;

    /// <summary>The answer to <see cref="Query"/>.</summary>
    public static MemoryCatalog Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var path = root.GetProperty("path").EnumerateArray().Select(p => p.GetString()!).ToArray();
        var catalog = new MemoryCatalog(root.GetProperty("database").GetString()!, path);
        var waiting = root.GetProperty("relations").EnumerateArray().ToList();
        var done = new Dictionary<uint, SqlRelation>();
        while (waiting.Count > 0)
        {
            // Parents first.
            waiting.RemoveAll(r =>
            {
                var parents = r.GetProperty("parents").EnumerateArray().Select(Oid).ToArray();
                if (!parents.All(done.ContainsKey))
                {
                    return false;
                }

                var relation = new SqlRelation(Oid(r.GetProperty("oid")), Name(r, "schema"), Name(r, "name"), KindOf(r.GetProperty("kind").GetString()!),
                    Columns(r.GetProperty("columns")), [.. parents.Select(p => done[p])], r.GetProperty("partition").GetBoolean());
                done.Add(relation.Oid, relation);
                catalog.Add(relation);
                return true;
            });
        }

        foreach (var t in root.GetProperty("types").EnumerateArray())
        {
            var kind = t.GetProperty("kind").GetString() switch
            {
                "c" => SqlTypeKind.Composite,
                "d" => SqlTypeKind.Domain,
                "e" => SqlTypeKind.Enum,
                "p" => SqlTypeKind.Pseudo,
                "r" => SqlTypeKind.Range,
                "m" => SqlTypeKind.Multirange,
                _ => SqlTypeKind.Base,
            };
            catalog.Add(new SqlType(Oid(t.GetProperty("oid")), Name(t, "schema"), Name(t, "name"), kind, done.GetValueOrDefault(Oid(t.GetProperty("relation"))), Oid(t.GetProperty("base"))));
        }

        var functions = new Dictionary<uint, SqlFunction>();
        foreach (var f in root.GetProperty("functions").EnumerateArray())
        {
            var function = new SqlFunction
            {
                Oid = Oid(f.GetProperty("oid")),
                Schema = Name(f, "schema"),
                Name = Name(f, "name"),
                Kind = f.GetProperty("kind").GetString() switch
                {
                    "p" => SqlFunctionKind.Procedure,
                    "a" => SqlFunctionKind.Aggregate,
                    "w" => SqlFunctionKind.Window,
                    _ => SqlFunctionKind.Function,
                },
                ArgumentTypes = [.. f.GetProperty("arguments").EnumerateArray().Select(Oid)],
                DefaultCount = f.GetProperty("defaults").GetInt32(),
                IsVariadic = f.GetProperty("variadic").GetBoolean(),
                ReturnType = Oid(f.GetProperty("returns")),
                ReturnsSet = f.GetProperty("set").GetBoolean(),
                OutColumns = Columns(f.GetProperty("outs")),
            };
            functions.Add(function.Oid, function);
            catalog.Add(function);
        }

        catalog._operators.AddRange(root.GetProperty("operators").EnumerateArray().Select(o =>
            new SqlCustomOperator(Name(o, "schema"), Name(o, "name"), Oid(o.GetProperty("left")), Oid(o.GetProperty("right")), functions[Oid(o.GetProperty("function"))])));
        catalog._casts.AddRange(root.GetProperty("casts").EnumerateArray().Select(c =>
            new SqlCustomCast(Oid(c.GetProperty("source")), Oid(c.GetProperty("target")), functions[Oid(c.GetProperty("function"))], c.GetProperty("implicit").GetBoolean())));

        return catalog;
    }

    /// <summary>A table and its row type. Columns are <c>name</c> or <c>name type</c>, of the types added before.</summary>
    public SqlRelation Table(string schema, string name, string columns, SqlRelationKind kind = SqlRelationKind.Table, SqlRelation? parent = null)
    {
        var list = columns.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select((column, i) =>
        {
            var words = column.Split(' ');
            var type = words.Length > 1 ? FindType(default, Encoding.UTF8.GetBytes(words[1]))!.Oid : 25;
            return new SqlColumn(new SqlName(words[0]), (short)(i + 1), type);
        });
        var relation = new SqlRelation(_nextOid++, new SqlName(schema), new SqlName(name), kind, [.. list], parent is null ? [] : [parent], parent is not null);
        Add(relation);
        Add(new SqlType(_nextOid++, new SqlName(schema), new SqlName(name), SqlTypeKind.Composite, relation, 0));
        return relation;
    }

    public void Type(string name, uint oid, SqlTypeKind kind = SqlTypeKind.Base, uint baseType = 0, string schema = "pg_catalog") =>
        Add(new SqlType(oid, new SqlName(schema), new SqlName(name), kind, null, baseType));

    public void Function(string schema, string name, uint[] arguments, uint returns, string outs = "", bool variadic = false, int defaults = 0, SqlFunctionKind kind = SqlFunctionKind.Function) =>
        Add(new SqlFunction
        {
            Oid = _nextOid++,
            Schema = new SqlName(schema),
            Name = new SqlName(name),
            Kind = kind,
            ArgumentTypes = [.. arguments],
            ReturnType = returns,
            IsVariadic = variadic,
            DefaultCount = defaults,
            OutColumns = [.. outs.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select((o, i) => new SqlColumn(new SqlName(o), (short)(i + 1), 25))],
        });

    public void Operator(string schema, string name, uint left, uint right, string function) =>
        _operators.Add(new SqlCustomOperator(new SqlName(schema), new SqlName(name), left, right, Named(function)));

    public void Cast(uint source, uint target, string function, bool isImplicit = false) => _casts.Add(new SqlCustomCast(source, target, Named(function), isImplicit));

    public bool HasOperators => _operators.Count > 0;

    public ReadOnlySpan<SqlCustomCast> Casts => _casts.ToArray();

    public ReadOnlySpan<SqlCustomOperator> FindOperators(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var schemas = Schemas(schema);
        var wanted = Encoding.UTF8.GetString(name);
        return _operators.Where(one => one.Name.ToString() == wanted && schemas.Contains(one.Schema.ToString())).ToArray();
    }

    public SqlRelation? FindRelation(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var key = Encoding.UTF8.GetString(name);
        return Schemas(schema).Select(s => _relations.GetValueOrDefault($"{s}.{key}")).FirstOrDefault(r => r is not null);
    }

    // Not for measuring: this one allocates.
    public ReadOnlySpan<SqlFunction> FindFunctions(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var key = Encoding.UTF8.GetString(name);
        return Schemas(schema).SelectMany(s => _functions.GetValueOrDefault($"{s}.{key}", [])).ToArray();
    }

    public SqlType? FindType(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var key = Encoding.UTF8.GetString(name);
        return Schemas(schema).Select(s => _types.GetValueOrDefault($"{s}.{key}")).FirstOrDefault(t => t is not null);
    }

    public SqlType? FindType(uint oid)
    {
        // Only tests of one thread ask for it.
        TypeLookUps++;
        return _typesByOid.GetValueOrDefault(oid);
    }

    /// <summary>How often a type was looked up by its number.</summary>
    public int TypeLookUps { get; private set; }

    private SqlFunction Named(string function) => _functions[function].Single();

    private string[] Schemas(ReadOnlySpan<byte> schema) => schema.IsEmpty ? _path : [Encoding.UTF8.GetString(schema)];

    private void Add(SqlRelation relation) => _relations.Add($"{relation.Schema}.{relation.Name}", relation);

    private void Add(SqlType type)
    {
        _types.Add($"{type.Schema}.{type.Name}", type);
        _typesByOid.Add(type.Oid, type);
    }

    private void Add(SqlFunction function)
    {
        var key = $"{function.Schema}.{function.Name}";
        _functions[key] = [.. _functions.GetValueOrDefault(key, []), function];
    }

    private static uint Oid(JsonElement element) => uint.Parse(element.GetString()!, CultureInfo.InvariantCulture);

    private static SqlName Name(JsonElement element, string property) => new(element.GetProperty(property).GetString()!);

    private static ImmutableArray<SqlColumn> Columns(JsonElement list) =>
        [.. list.EnumerateArray().Select(c => new SqlColumn(new SqlName(c[0].GetString()!), c[1].GetInt16(), Oid(c[2])))];

    private static SqlRelationKind KindOf(string kind) => kind switch
    {
        "r" => SqlRelationKind.Table,
        "p" => SqlRelationKind.PartitionedTable,
        "v" => SqlRelationKind.View,
        "m" => SqlRelationKind.MaterializedView,
        "f" => SqlRelationKind.ForeignTable,
        "S" => SqlRelationKind.Sequence,
        "c" => SqlRelationKind.CompositeType,
        "i" => SqlRelationKind.Index,
        "I" => SqlRelationKind.PartitionedIndex,
        _ => SqlRelationKind.Toast,
    };
}
