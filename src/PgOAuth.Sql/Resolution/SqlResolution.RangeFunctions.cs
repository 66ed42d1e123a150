using System.Collections.Immutable;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>Functions in FROM: what columns they give.</content>
internal ref partial struct SqlResolution
{
    private void RangeFunction(int i)
    {
        ref var node = ref _nodes[i];
        var entry = NewEntry();
        entry.Aliased = true;
        entry.IsFunction = true;
        entry.Token = node.Token;
        entry.EndToken = node.EndToken;
        var children = PushChildren(i);
        var count = _scopes.ChildCount - children;

        // First what is called, which adds columns of its own; then these columns.
        var functions = 0;
        for (var c = 0; c < count && !Failed; c++)
        {
            if (IsCalled(i, _scopes.Child(children + c)))
            {
                functions++;
                WalkLateral(_scopes.Child(children + c));
            }
        }

        entry.ColumnsStart = _scopes.ColumnCount;
        for (var c = 0; c < count && !Failed; c++)
        {
            var child = _scopes.Child(children + c);
            if (!IsCalled(i, child))
            {
                continue;
            }

            var from = _scopes.ColumnCount;
            while (c + 2 < count && _nodes[_scopes.Child(children + c + 2)].Kind == N.TypeName)
            {
                _scopes.AddColumn(new SqlOutputColumn { Name = AddName(_nodes[_scopes.Child(children + c + 1)].Token), Entry = -1, Column = -1 });
                c += 2;
            }

            if (_scopes.ColumnCount == from)
            {
                FunctionColumns(child, functions == 1 ? node.Payload : -1, ref entry);
            }
        }

        // WITH ORDINALITY. What comes after columns that are not known has no known place.
        var p = node.Payload >= 0 ? node.Payload - 1 : node.EndToken - 1;
        if (node.Payload >= 0 && _tokens[p].Kind == T.As)
        {
            p--;
        }

        if (_tokens[p].Kind == T.Ordinality && _tokens[p - 1].Kind == T.WithLa)
        {
            _scopes.AddColumn(new SqlOutputColumn { Name = _scopes.AddName("ordinality"u8), Entry = -1, Column = -1 });
        }

        entry.ColumnsCount = _scopes.ColumnCount - entry.ColumnsStart;
        if (node.Payload >= 0)
        {
            entry.Name = AddName(node.Payload);
            if (_nodes[i - 1].Kind == N.AliasColumn)
            {
                AliasColumns(i, node.Payload, ref entry);
            }
        }
        else if (count > 0)
        {
            entry.Name = FigureName(_scopes.Child(children));
        }

        _scopes.CutChildren(children);
        _scopes.AddEntry(entry);
    }

    private readonly bool IsCalled(int i, int child) => _nodes[child].Kind is not (N.AliasColumn or N.TypeName) && child < i;

    /// <summary>The columns a function in FROM gives; those that only its arguments' types tell make the entry open.</summary>
    private void FunctionColumns(int call, int alias, ref SqlRangeEntry entry)
    {
        ref var node = ref _nodes[call];
        if (node.Kind == N.SqlValueFunction || (node.Kind == N.FuncCall && (node.Flags & F.SpecialSyntax) != 0))
        {
            Scalar(call, alias);
            return;
        }

        if (node.Kind != N.FuncCall)
        {
            entry.Open = true;
            return;
        }

        var children = PushChildren(call);
        var arguments = CountArguments(node, children, out _);
        var elements = arguments == 1 && IsPlainArray(_scopes.Child(children));
        _scopes.CutChildren(children);
        SqlFunction? first = null;
        var same = true;
        foreach (var function in FindFunctions(node.Token, node.Payload))
        {
            if (arguments >= 0 && !function.Takes(arguments))
            {
                continue;
            }

            if (elements && function.ArgumentTypes.Length == 1 && function.ArgumentTypes[0] is not (AnyArrayType or AnyCompatibleArrayType))
            {
                // Not one for arrays.
                continue;
            }

            if (first is null)
            {
                first = function;
            }
            else
            {
                same &= SameColumns(first, function);
            }
        }

        if (first is null || !same)
        {
            entry.Open = true;
            return;
        }

        if (first.OutColumns.Length > 1 || (first.OutColumns.Length == 1 && first.ReturnType == RecordType))
        {
            Columns(first.OutColumns);
            return;
        }

        var type = _catalog.FindType(first.ReturnType);
        if (RowTypeOf(type) is { } row)
        {
            Columns(row.Columns);
        }
        else if (first.OutColumns.Length == 1 && !IsPolymorphic(first.ReturnType))
        {
            Columns(first.OutColumns);
        }
        else if (type is null || first.ReturnType == RecordType || (IsPolymorphic(first.ReturnType) && !elements))
        {
            entry.Open = true;
        }
        else
        {
            Scalar(call, alias);
        }
    }

    private const uint RecordType = 2249;
    private const uint AnyArrayType = 2277;
    private const uint AnyCompatibleArrayType = 5078;

    // anyelement, anynonarray, anycompatible, anycompatiblenonarray: those that may stand for a row. (anyenum, anyrange cannot.)
    private static bool IsPolymorphic(uint type) => type is 2283 or 2276 or 5077;

    private static bool SameColumns(SqlFunction a, SqlFunction b)
    {
        if (a.ReturnType != b.ReturnType || a.OutColumns.Length != b.OutColumns.Length)
        {
            // Two scalars of different types look the same.
            return a.OutColumns.Length == 0 && b.OutColumns.Length == 0 && IsScalar(a.ReturnType) && IsScalar(b.ReturnType);
        }

        for (var i = 0; i < a.OutColumns.Length; i++)
        {
            if (!a.OutColumns[i].Name.Equals(b.OutColumns[i].Name))
            {
                return false;
            }
        }

        return true;
    }

    // Base types of pg_catalog, by their fixed oids: int8, int4, numeric, float8, text, timestamp, timestamptz, date.
    private static bool IsScalar(uint type) => type is 20 or 23 or 1700 or 701 or 25 or 1114 or 1184 or 1082;

    // An array whose elements are no rows, as far as the text tells.
    private readonly bool IsPlainArray(int i)
    {
        ref var node = ref _nodes[i];
        if (node.Kind == N.ArrayExpr)
        {
            for (var child = i - 1; child >= node.First; child = _nodes[child].First - 1)
            {
                if (_nodes[child].Kind != N.AConst)
                {
                    return false;
                }
            }

            return node.First < i;
        }

        if (node.Kind != N.TypeCast || _nodes[i - 1].Kind != N.TypeName || _tokens[_nodes[i - 1].EndToken - 1].Kind != T.RightBracket)
        {
            return false;
        }

        ref var type = ref _nodes[i - 1];
        if (_tokens[type.Token].Kind != T.Ident)
        {
            return true;
        }

        Span<byte> name = stackalloc byte[MaxName];
        return _tokens[type.Token + 1].Kind != T.Dot && _catalog.FindType(default, name[..Fold(type.Token, name)]) is { } found &&
            found.Kind is SqlTypeKind.Base or SqlTypeKind.Enum;
    }

    private readonly void Columns(ImmutableArray<SqlColumn> columns)
    {
        foreach (var column in columns)
        {
            _scopes.AddColumn(new SqlOutputColumn { Name = _scopes.AddName(column.Name.Utf8, column.Name.Hash), Entry = -1, Column = -1 });
        }
    }

    private void Scalar(int call, int alias) =>
        _scopes.AddColumn(new SqlOutputColumn { Name = alias >= 0 ? AddName(alias) : FigureName(call), Entry = -1, Column = -1 });

    // XMLTABLE, JSON_TABLE: columns with types, and expressions around them.
    private void TableFunction(int i)
    {
        ref var node = ref _nodes[i];
        var entry = NewEntry();
        entry.Aliased = true;
        entry.Token = node.Token;
        entry.EndToken = node.EndToken;
        var end = node.Payload >= 0 ? node.Payload : node.EndToken;
        var children = PushChildren(i);
        for (var c = children; c < _scopes.ChildCount && !Failed; c++)
        {
            if (_nodes[_scopes.Child(c)].Kind is not (N.AliasColumn or N.TypeName))
            {
                WalkLateral(_scopes.Child(c));
            }
        }

        entry.ColumnsStart = _scopes.ColumnCount;
        for (var c = children; c < _scopes.ChildCount; c++)
        {
            ref var child = ref _nodes[_scopes.Child(c)];
            if (child.Kind == N.AliasColumn && child.Token < end)
            {
                _scopes.AddColumn(new SqlOutputColumn { Name = AddName(child.Token), Entry = -1, Column = -1 });
            }
        }

        entry.ColumnsCount = _scopes.ColumnCount - entry.ColumnsStart;
        if (node.Payload >= 0)
        {
            entry.Name = AddName(node.Payload);

            // A partial list renames the outer columns before nested ones; here they stand as written.
            entry.Open = node.Kind == N.JsonTable && _nodes[i - 1].Kind == N.AliasColumn && _nodes[i - 1].Token > node.Payload;
            AliasColumns(i, node.Payload, ref entry);
        }
        else
        {
            entry.Name = _scopes.AddName(node.Kind == N.JsonTable ? "json_table"u8 : "xmltable"u8);
        }

        _scopes.CutChildren(children);
        _scopes.AddEntry(entry);
    }
}
