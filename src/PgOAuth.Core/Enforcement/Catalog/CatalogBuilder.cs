using System.Buffers.Text;
using System.Collections.Immutable;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: collects the rows of <see cref="CatalogQueries.Content"/> and makes a snapshot's content of them.</summary>
internal sealed class CatalogBuilder : ICatalogRows
{
    private readonly NamePool _names = new();
    private readonly Dictionary<uint, SqlName> _schemas = [];
    private readonly List<RelationRow> _relations = [];
    private readonly List<ColumnRow> _columns = [];
    private readonly Dictionary<uint, List<uint>> _parents = [];
    private readonly List<FunctionRow> _functions = [];
    private readonly Dictionary<uint, List<SqlColumn>> _outColumns = [];
    private readonly List<TypeRow> _types = [];
    private readonly List<OperatorRow> _operators = [];
    private readonly List<CastRow> _casts = [];

    public bool TryAdd(int result, ref CatalogRow row) => (CatalogQueries.Result)result switch
    {
        CatalogQueries.Result.Schemas => TryAddSchema(ref row),
        CatalogQueries.Result.Relations => TryAddRelation(ref row),
        CatalogQueries.Result.Columns => TryAddColumn(ref row),
        CatalogQueries.Result.Inheritance => TryAddParent(ref row),
        CatalogQueries.Result.Functions => TryAddFunction(ref row),
        CatalogQueries.Result.OutColumns => TryAddOutColumn(ref row),
        CatalogQueries.Result.Types => TryAddType(ref row),
        CatalogQueries.Result.Operators => TryAddOperator(ref row),
        CatalogQueries.Result.Casts => TryAddCast(ref row),
        _ => false,
    };

    /// <summary>Makes the content; null when inheritance goes in a circle, which no PostgreSQL says.</summary>
    internal CatalogContent? Build()
    {
        if (new RelationTree(_relations, _columns, _parents, _schemas).Build() is not { } relations)
        {
            return null;
        }

        var functions = BuildFunctions();
        var types = BuildTypes(relations);
        var relationsOf = relations.Values.ToLookup(static relation => relation.Schema);
        var functionsOf = functions.Values.ToLookup(static function => function.Schema);
        var typesOf = types.Values.ToLookup(static type => type.Schema);
        var schemas = new List<KeyValuePair<SqlName, CatalogSchema>>(_schemas.Count);
        foreach (var (oid, name) in _schemas)
        {
            schemas.Add(new(name, new CatalogSchema
            {
                Oid = oid,
                Name = name,
                Relations = new NameTable<SqlRelation>([.. relationsOf[name].Select(static relation => KeyValuePair.Create(relation.Name, relation))]),
                Functions = new NameTable<SqlFunction[]>([.. functionsOf[name].GroupBy(static function => function.Name).Select(static group => KeyValuePair.Create(group.Key, group.ToArray()))]),
                Types = new NameTable<SqlType>([.. typesOf[name].Select(static type => KeyValuePair.Create(type.Name, type))]),
            }));
        }

        return new CatalogContent
        {
            Schemas = new NameTable<CatalogSchema>(schemas),
            Relations = relations,
            Types = types,
            Operators = BuildOperators(functions),
            Casts = [.. _casts.Select(row => new SqlCustomCast(row.Source, row.Target, FunctionOf(functions, row.Function), row.IsImplicit))],
            ColumnCount = _columns.Count,
            // Measured on 64 bits: the objects, their places in tables, and an array where they have one.
            EstimatedBytes = _names.Bytes + (_names.Count * 80L) + (_columns.Count * 64L) + (relations.Count * 280L) + (functions.Count * 260L) + (types.Count * 160L) + ((_operators.Count + _casts.Count) * 96L),
        };
    }

    private Dictionary<uint, SqlFunction> BuildFunctions()
    {
        var functions = new Dictionary<uint, SqlFunction>(_functions.Count);
        foreach (var row in _functions)
        {
            if (_schemas.TryGetValue(row.Schema, out var schema))
            {
                functions[row.Oid] = new SqlFunction
                {
                    Oid = row.Oid,
                    Schema = schema,
                    Name = row.Name,
                    Kind = row.Kind,
                    ArgumentTypes = row.ArgumentTypes,
                    DefaultCount = row.DefaultCount,
                    IsVariadic = row.IsVariadic,
                    ReturnType = row.ReturnType,
                    ReturnsSet = row.ReturnsSet,
                    IsSecurityDefiner = row.IsSecurityDefiner,
                    OutColumns = _outColumns.TryGetValue(row.Oid, out var columns) ? [.. columns] : [],
                };
            }
        }

        return functions;
    }

    private Dictionary<uint, SqlType> BuildTypes(Dictionary<uint, SqlRelation> relations)
    {
        var types = new Dictionary<uint, SqlType>(_types.Count);
        foreach (var row in _types)
        {
            if (_schemas.TryGetValue(row.Schema, out var schema))
            {
                types[row.Oid] = new SqlType(row.Oid, schema, row.Name, row.Kind, relations.GetValueOrDefault(row.Relation), row.BaseType);
            }
        }

        return types;
    }

    private NameTable<SqlCustomOperator[]> BuildOperators(Dictionary<uint, SqlFunction> functions)
    {
        var operators = new List<SqlCustomOperator>(_operators.Count);
        foreach (var row in _operators)
        {
            // One without a function is only promised by another's COMMUTATOR.
            if (row.Function != 0 && _schemas.TryGetValue(row.Schema, out var schema))
            {
                operators.Add(new SqlCustomOperator(schema, row.Name, row.Left, row.Right, FunctionOf(functions, row.Function)));
            }
        }

        return new NameTable<SqlCustomOperator[]>([.. operators.GroupBy(static one => one.Name).Select(static group => KeyValuePair.Create(group.Key, group.ToArray()))]);
    }

    // One in a temporary schema is in no snapshot: whoever is asked about it must not take it for harmless.
    private static SqlFunction FunctionOf(Dictionary<uint, SqlFunction> functions, uint oid) =>
        functions.TryGetValue(oid, out var function) ? function : SqlFunction.Unknown(new SqlName("pg_temp"), new SqlName($"{oid}"), SqlFunctionKind.Function);

    private bool TryAddOperator(ref CatalogRow row)
    {
        if (!row.TryReadOid(out var schema) || !row.TryReadText(out var name) || !row.TryReadOid(out var left) || !row.TryReadOid(out var right)
            || !row.TryReadOid(out var function))
        {
            return false;
        }

        _operators.Add(new OperatorRow(schema, _names.Get(name), left, right, function));
        return true;
    }

    private bool TryAddCast(ref CatalogRow row)
    {
        if (!row.TryReadOid(out var source) || !row.TryReadOid(out var target) || !row.TryReadOid(out var function) || !row.TryReadBoolean(out var isImplicit))
        {
            return false;
        }

        _casts.Add(new CastRow(source, target, function, isImplicit));
        return true;
    }

    private bool TryAddSchema(ref CatalogRow row) =>
        row.TryReadOid(out var oid) && row.TryReadText(out var name) && _schemas.TryAdd(oid, _names.Get(name));

    private bool TryAddRelation(ref CatalogRow row)
    {
        if (!row.TryReadOid(out var oid) || !row.TryReadOid(out var schema) || !row.TryReadText(out var name)
            || !row.TryReadChar(out var kindCode) || !row.TryReadBoolean(out var isPartition) || !TryReadKind(kindCode, out SqlRelationKind kind))
        {
            return false;
        }

        _relations.Add(new RelationRow(oid, schema, _names.Get(name), kind, isPartition));
        return true;
    }

    private bool TryAddColumn(ref CatalogRow row)
    {
        if (!row.TryReadOid(out var relation) || !row.TryReadInt16(out var number) || !row.TryReadText(out var name) || !row.TryReadOid(out var type))
        {
            return false;
        }

        _columns.Add(new ColumnRow(relation, new SqlColumn(_names.Get(name), number, type)));
        return _columns.Count == 1 || IsInOrder(_columns[^2], _columns[^1]);
    }

    private bool TryAddParent(ref CatalogRow row)
    {
        if (!row.TryReadOid(out var child) || !row.TryReadOid(out var parent))
        {
            return false;
        }

        if (!_parents.TryGetValue(child, out var parents))
        {
            _parents.Add(child, parents = []);
        }

        parents.Add(parent);
        return true;
    }

    private bool TryAddFunction(ref CatalogRow row)
    {
        if (!row.TryReadOid(out var oid) || !row.TryReadOid(out var schema) || !row.TryReadText(out var name) || !row.TryReadChar(out var kindCode)
            || !row.TryReadText(out var types) || !TryReadOids(types, out var argumentTypes)
            || !row.TryReadInt16(out var defaults) || !row.TryReadBoolean(out var isVariadic)
            || !row.TryReadOid(out var returnType) || !row.TryReadBoolean(out var returnsSet) || !row.TryReadBoolean(out var isSecurityDefiner)
            || !TryReadKind(kindCode, out SqlFunctionKind kind))
        {
            return false;
        }

        _functions.Add(new FunctionRow(oid, schema, _names.Get(name), kind, argumentTypes, defaults, isVariadic, returnType, returnsSet, isSecurityDefiner));
        return true;
    }

    private bool TryAddOutColumn(ref CatalogRow row)
    {
        if (!row.TryReadOid(out var function) || !row.TryReadText(out var name) || !row.TryReadOid(out var type))
        {
            return false;
        }

        if (!_outColumns.TryGetValue(function, out var columns))
        {
            _outColumns.Add(function, columns = []);
        }

        var number = (short)(columns.Count + 1);
        columns.Add(new SqlColumn(name.IsEmpty ? new SqlName(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"column{number}")) : _names.Get(name), number, type));
        return true;
    }

    private bool TryAddType(ref CatalogRow row)
    {
        if (!row.TryReadOid(out var oid) || !row.TryReadOid(out var schema) || !row.TryReadText(out var name) || !row.TryReadChar(out var kindCode)
            || !row.TryReadOid(out var relation) || !row.TryReadOid(out var domainBase) || !row.TryReadOid(out var element)
            || !TryReadKind(kindCode, out SqlTypeKind kind))
        {
            return false;
        }

        _types.Add(new TypeRow(oid, schema, _names.Get(name), kind, relation, kind == SqlTypeKind.Domain ? domainBase : element));
        return true;
    }

    private static bool IsInOrder(in ColumnRow left, in ColumnRow right) =>
        left.Relation < right.Relation || (left.Relation == right.Relation && left.Column.Number < right.Column.Number);

    /// <summary>An oidvector: numbers with spaces between them.</summary>
    private static bool TryReadOids(ReadOnlySpan<byte> text, out ImmutableArray<uint> oids)
    {
        oids = [];
        if (text.IsEmpty)
        {
            return true;
        }

        var list = ImmutableArray.CreateBuilder<uint>(text.Count((byte)' ') + 1);
        while (Utf8Parser.TryParse(text, out uint oid, out var used))
        {
            list.Add(oid);
            if (used == text.Length)
            {
                oids = list.DrainToImmutable();
                return true;
            }

            if (text[used] != ' ')
            {
                return false;
            }

            text = text[(used + 1)..];
        }

        return false;
    }

    private static bool TryReadKind(byte code, out SqlRelationKind kind)
    {
        (var isKnown, kind) = code switch
        {
            (byte)'r' => (true, SqlRelationKind.Table),
            (byte)'p' => (true, SqlRelationKind.PartitionedTable),
            (byte)'v' => (true, SqlRelationKind.View),
            (byte)'m' => (true, SqlRelationKind.MaterializedView),
            (byte)'f' => (true, SqlRelationKind.ForeignTable),
            (byte)'S' => (true, SqlRelationKind.Sequence),
            (byte)'c' => (true, SqlRelationKind.CompositeType),
            (byte)'i' => (true, SqlRelationKind.Index),
            (byte)'I' => (true, SqlRelationKind.PartitionedIndex),
            _ => (false, default),
        };
        return isKnown;
    }

    private static bool TryReadKind(byte code, out SqlFunctionKind kind)
    {
        (var isKnown, kind) = code switch
        {
            (byte)'f' => (true, SqlFunctionKind.Function),
            (byte)'p' => (true, SqlFunctionKind.Procedure),
            (byte)'a' => (true, SqlFunctionKind.Aggregate),
            (byte)'w' => (true, SqlFunctionKind.Window),
            _ => (false, default),
        };
        return isKnown;
    }

    private static bool TryReadKind(byte code, out SqlTypeKind kind)
    {
        (var isKnown, kind) = code switch
        {
            (byte)'b' => (true, SqlTypeKind.Base),
            (byte)'c' => (true, SqlTypeKind.Composite),
            (byte)'d' => (true, SqlTypeKind.Domain),
            (byte)'e' => (true, SqlTypeKind.Enum),
            (byte)'p' => (true, SqlTypeKind.Pseudo),
            (byte)'r' => (true, SqlTypeKind.Range),
            (byte)'m' => (true, SqlTypeKind.Multirange),
            _ => (false, default),
        };
        return isKnown;
    }

    internal readonly record struct RelationRow(uint Oid, uint Schema, SqlName Name, SqlRelationKind Kind, bool IsPartition);

    internal readonly record struct ColumnRow(uint Relation, SqlColumn Column);

    private readonly record struct FunctionRow(
        uint Oid, uint Schema, SqlName Name, SqlFunctionKind Kind, ImmutableArray<uint> ArgumentTypes, short DefaultCount, bool IsVariadic, uint ReturnType, bool ReturnsSet, bool IsSecurityDefiner);

    private readonly record struct OperatorRow(uint Schema, SqlName Name, uint Left, uint Right, uint Function);

    private readonly record struct CastRow(uint Source, uint Target, uint Function, bool IsImplicit);

    private readonly record struct TypeRow(uint Oid, uint Schema, SqlName Name, SqlTypeKind Kind, uint Relation, uint BaseType);
}
