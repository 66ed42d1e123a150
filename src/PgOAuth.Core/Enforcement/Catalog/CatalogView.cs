using System.Collections.Concurrent;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>
/// Stage 7: a snapshot as one role with one search path sees it. As PostgreSQL does it, schemas of the path that do not exist or
/// that the role has no USAGE on are passed over, and pg_catalog comes first unless the path names it. Immutable.
/// </summary>
internal sealed class CatalogView : ISqlCatalog
{
    /// <summary>Sets of scopes in use at once; beyond, contexts are made anew.</summary>
    private const int MaxContexts = 4_096;

    private readonly ConcurrentDictionary<(Grant Grant, GateMode Mode), GateContext> _contexts = new();
    private readonly CatalogContent _content;
    private readonly CatalogSchema[] _path;
    private readonly SqlName[] _searchPath;
    private readonly NameTable<SqlFunction[]> _manySchemas;
    private readonly NameTable<SqlCustomOperator[]> _operators;

    internal CatalogView(CatalogSnapshot snapshot, SqlName database, string role, CatalogSearchPath path)
    {
        Snapshot = snapshot;
        Database = database;
        _content = snapshot.Content;
        _searchPath = [.. path.Schemas.Select(static name => new SqlName(name))];
        var schemas = new List<CatalogSchema>();
        foreach (var name in path.Schemas)
        {
            if (_content.Schemas.TryFind(System.Text.Encoding.UTF8.GetBytes(name), out var schema) && snapshot.State.MayUse(role, schema.Oid) && !schemas.Contains(schema))
            {
                schemas.Add(schema);
            }
        }

        CreationSchema = schemas.Count > 0 ? schemas[0].Name : null;
        if (_content.Schemas.TryFind("pg_catalog"u8, out var own) && !schemas.Contains(own))
        {
            schemas.Insert(0, own);
        }

        _path = [.. schemas];
        _manySchemas = JoinFunctions();
        _operators = OperatorsOfPath();
    }

    internal CatalogSnapshot Snapshot { get; }

    public SqlName Database { get; }

    public SqlName? CreationSchema { get; }

    public ReadOnlySpan<SqlName> SearchPath => _searchPath;

    /// <summary>The context of sessions that see the catalog so and have this grant.</summary>
    internal GateContext ContextOf(Grant grant, GateMode mode)
    {
        if (_contexts.TryGetValue((grant, mode), out var context))
        {
            return context;
        }

        if (_contexts.Count >= MaxContexts)
        {
            _contexts.Clear();
        }

        return _contexts.GetOrAdd((grant, mode), static (key, view) => new GateContext(key.Grant, view, key.Mode), this);
    }

    public SqlRelation? FindRelation(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var hash = SqlName.HashOf(name);
        if (!schema.IsEmpty)
        {
            return _content.Schemas.TryFind(schema, out var named) && named.Relations.TryFind(name, hash, out var relation) ? relation : null;
        }

        foreach (var next in _path)
        {
            if (next.Relations.TryFind(name, hash, out var relation))
            {
                return relation;
            }
        }

        return null;
    }

    public ReadOnlySpan<SqlFunction> FindFunctions(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var hash = SqlName.HashOf(name);
        if (!schema.IsEmpty)
        {
            return _content.Schemas.TryFind(schema, out var named) && named.Functions.TryFind(name, hash, out var functions) ? functions : default;
        }

        if (_manySchemas.TryFind(name, hash, out var joined))
        {
            return joined;
        }

        foreach (var next in _path)
        {
            if (next.Functions.TryFind(name, hash, out var functions))
            {
                return functions;
            }
        }

        return default;
    }

    public SqlType? FindType(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        var hash = SqlName.HashOf(name);
        if (!schema.IsEmpty)
        {
            return _content.Schemas.TryFind(schema, out var named) && named.Types.TryFind(name, hash, out var type) ? type : null;
        }

        foreach (var next in _path)
        {
            if (next.Types.TryFind(name, hash, out var type))
            {
                return type;
            }
        }

        return null;
    }

    public SqlType? FindType(uint oid) => _content.Types.TryGetValue(oid, out var type) ? type : null;

    public bool HasOperators => _content.Operators.Count > 0;

    public ReadOnlySpan<SqlCustomCast> Casts => _content.Casts;

    public ReadOnlySpan<SqlCustomOperator> FindOperators(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name)
    {
        if (schema.IsEmpty)
        {
            return _operators.TryFind(name, out var reachable) ? reachable : default;
        }

        // One that is qualified is rare, and those of other schemas need not be kept apart for it.
        return _content.Operators.TryFind(name, out var all) ? InSchema(all, schema) : default;
    }

    private static SqlCustomOperator[] InSchema(SqlCustomOperator[] operators, ReadOnlySpan<byte> schema)
    {
        var found = new List<SqlCustomOperator>();
        foreach (var one in operators)
        {
            if (one.Schema.Is(schema))
            {
                found.Add(one);
            }
        }

        return [.. found];
    }

    private NameTable<SqlCustomOperator[]> OperatorsOfPath()
    {
        var reachable = _content.Operators.Entries
            .Select(entry => KeyValuePair.Create(entry.Key, Array.FindAll(entry.Value, one => Array.Exists(_path, schema => schema.Name.Equals(one.Schema)))))
            .Where(static entry => entry.Value.Length > 0)
            .ToArray();
        return reachable.Length == 0 ? NameTable<SqlCustomOperator[]>.Empty : new NameTable<SqlCustomOperator[]>(reachable);
    }

    /// <summary>Names that several schemas of the path have, with the functions of all: nothing is to be put together at a look-up.</summary>
    private NameTable<SqlFunction[]> JoinFunctions()
    {
        // The largest, usually pg_catalog, need not be gone through: what is in it and in another is found from the other.
        var largest = _path.MaxBy(static schema => schema.Functions.Count);
        var joined = new Dictionary<SqlName, SqlFunction[]>();
        foreach (var schema in _path)
        {
            if (schema == largest)
            {
                continue;
            }

            foreach (var (name, _) in schema.Functions.Entries)
            {
                if (joined.ContainsKey(name))
                {
                    continue;
                }

                var all = new List<SqlFunction>();
                var schemas = 0;
                foreach (var other in _path)
                {
                    if (other.Functions.TryFind(name.Utf8, name.Hash, out var functions))
                    {
                        all.AddRange(functions);
                        schemas++;
                    }
                }

                if (schemas > 1)
                {
                    joined.Add(name, [.. all]);
                }
            }
        }

        return joined.Count == 0 ? NameTable<SqlFunction[]>.Empty : new NameTable<SqlFunction[]>(joined);
    }
}
