using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>Names of a query's columns: parse_target.c's FigureColname and its expansion of stars.</content>
internal ref partial struct SqlResolution
{
    // How much a name counts: one of strength 1 gives way to a better one below it.
    private const int NoName = 0;
    private const int WeakName = 1;
    private const int StrongName = 2;

    /// <summary>The columns of a select or RETURNING list, which are all visible entries' now. They are the last in the scopes' memory.</summary>
    private SqlOutput Output(int list)
    {
        var start = _scopes.ColumnCount;
        var open = false;
        if (list < 0)
        {
            return new SqlOutput(start, 0, false);
        }

        if (_nodes[list].Kind == N.ColumnRef)
        {
            open = Star();
            return new SqlOutput(start, _scopes.ColumnCount - start, open);
        }

        var children = PushChildren(list);
        for (var c = children; c < _scopes.ChildCount && !Failed; c++)
        {
            var target = _scopes.Child(c);
            Spend(1, _nodes[target].Token);
            if (_nodes[target].Payload >= 0)
            {
                Named(AddName(_nodes[target].Payload));
                continue;
            }

            var value = target - 1;
            ref var node = ref _nodes[value];
            if (node.Kind == N.ColumnRef && IsStar(node))
            {
                open |= (node.Flags & F.LoneStar) != 0 ? Star() : StarOf(FindEntry(node.Token, node.EndToken - 2));
            }
            else if (node.Kind == N.AIndirection && _tokens[node.EndToken - 1].Kind == T.Star)
            {
                open |= RowStar(value);
            }
            else
            {
                Named(FigureName(value));
                open |= _unknownName;
            }
        }

        _scopes.CutChildren(children);
        return new SqlOutput(start, _scopes.ColumnCount - start, open);
    }

    private readonly void Named(SqlNameRef name) => _scopes.AddColumn(new SqlOutputColumn { Name = name, Entry = -1, Column = -1 });

    // True: there may be columns that are not known.
    private bool Star()
    {
        ref var level = ref _scopes.Level(_level);
        var start = Flatten(level.VisibleStart, level.VisibleEnd, out var open);
        Detach(start);
        return open;
    }

    // For others they are values: reading them reads nothing more.
    private readonly void Detach(int start)
    {
        for (var c = start; c < _scopes.ColumnCount; c++)
        {
            ref var column = ref _scopes.Column(c);
            column.Entry = -1;
            column.Column = -1;
        }
    }

    private readonly bool StarOf(int e)
    {
        if (e < 0)
        {
            return true;
        }

        var entry = _scopes.Entry(e);
        if (entry.ColumnsStart < 0)
        {
            Columns(entry.Relation!.Columns);
        }
        else
        {
            for (var c = 0; c < entry.ColumnsCount; c++)
            {
                Named(_scopes.Column(entry.ColumnsStart + c).Name);
            }
        }

        return entry.Open;
    }

    // (t).* of a row in FROM; the fields of any other value are not known.
    private readonly bool RowStar(int i)
    {
        var operand = FirstChild(i);
        ref var node = ref _nodes[operand];
        var p = node.EndToken;
        while (_tokens[p].Kind == T.RightParen)
        {
            p++;
        }

        if (operand != i - 1 || node.Kind != N.ColumnRef || p != _nodes[i].EndToken - 2 || node.EndToken - node.Token > 1)
        {
            return true;
        }

        // A column of that name would come first.
        Span<byte> buffer = stackalloc byte[MaxName];
        var name = buffer[..Fold(node.Token, buffer)];
        return HasColumn(name) || StarOf(FindEntry(name));
    }

    private readonly bool HasColumn(scoped ReadOnlySpan<byte> name)
    {
        var hash = SqlName.HashOf(name);
        for (var l = _level; l >= 0; l = _scopes.Level(l).Parent)
        {
            ref var level = ref _scopes.Level(l);
            for (var e = level.VisibleStart; e < level.VisibleEnd; e++)
            {
                ref var entry = ref _scopes.Entry(e);
                if (!entry.ColumnsVisible)
                {
                    continue;
                }

                if (entry.ColumnsStart < 0 ? entry.Relation!.IndexOf(name, hash) >= 0 : entry.Open || HasName(entry.ColumnsStart, entry.ColumnsCount, name, hash))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private readonly bool HasName(int start, int count, scoped ReadOnlySpan<byte> name, uint hash)
    {
        for (var c = start; c < start + count; c++)
        {
            if (_scopes.IsName(_scopes.Column(c).Name, name, hash))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>FigureColname.</summary>
    private SqlNameRef FigureName(int node)
    {
        _unknownName = false;
        return FigureName(node, out var name) == NoName ? _scopes.AddName("?column?"u8) : name;
    }

    private int FigureName(int i, out SqlNameRef name)
    {
        name = default;
        if (!EnsureStack(i))
        {
            return NoName;
        }

        ref var node = ref _nodes[i];
        switch (node.Kind)
        {
            case N.ColumnRef:
                name = AddName(node.EndToken - 1);
                return StrongName;
            case N.AIndirection:
                return FieldName(i, out name);
            case N.FuncCall when (node.Flags & F.TypeNamed) != 0:
                name = TypeName(node.Payload);
                return StrongName;
            case N.FuncCall when (node.Flags & F.SpecialSyntax) != 0:
                name = _scopes.AddName(SpecialNames[node.Payload]);
                return StrongName;
            case N.FuncCall:
                name = AddName(node.Payload - 1);
                return StrongName;
            case N.TypeCast:
                return CastName(i, out name);
            case N.CollateClause:
                return FigureName(FirstChild(i), out name);
            case N.GroupingFunc:
                name = _scopes.AddName("grouping"u8);
                return StrongName;
            case N.MergeSupportFunc:
            case N.CoalesceExpr:
            case N.SqlValueFunction:
            case N.XmlExpr:
            case N.JsonExpr:
                // COALESCE, NULLIF, CURRENT_DATE, XMLFOREST, ..: named as they are written.
                name = AddName(node.Token);
                return StrongName;
            case N.ArrayExpr:
                name = _scopes.AddName("array"u8);
                return StrongName;
            case N.RowExpr:
                name = _scopes.AddName("row"u8);
                return StrongName;
            case N.CaseExpr:
                if (_nodes[i - 1].Kind != N.CaseWhen && FigureName(i - 1, out name) > WeakName)
                {
                    return StrongName;
                }

                name = _scopes.AddName("case"u8);
                return WeakName;
            case N.SubLink:
                return SubLinkName(i, out name);
            default:
                return NoName;
        }
    }

    private int FieldName(int i, out SqlNameRef name)
    {
        name = default;
        var children = PushChildren(i);
        var count = _scopes.ChildCount - children;
        var operand = count > 0 ? _scopes.Child(children) : -1;
        var p = operand >= 0 ? _nodes[operand].EndToken : _nodes[i].Token + 1;
        var field = -1;
        var child = 1;
        while (p < _nodes[i].EndToken)
        {
            if (_tokens[p].Kind == T.Dot)
            {
                field = _tokens[p + 1].Kind == T.Star ? field : p + 1;
                p += 2;
                continue;
            }

            p = child < count && _nodes[_scopes.Child(children + child)].Token <= p ? _nodes[_scopes.Child(children + child++)].EndToken : p + 1;
        }

        _scopes.CutChildren(children);
        if (field >= 0)
        {
            name = AddName(field);
            return StrongName;
        }

        return operand >= 0 ? FigureName(operand, out name) : NoName;
    }

    private int CastName(int i, out SqlNameRef name)
    {
        var last = i - 1;
        if (_nodes[last].Kind == N.TypeName)
        {
            var operand = _nodes[last].First - 1;
            if (operand >= _nodes[i].First && FigureName(operand, out name) > WeakName)
            {
                return StrongName;
            }

            name = TypeName(last);
            return WeakName;
        }

        // type 'literal'
        name = TypeName(_nodes[i].First < last && _nodes[_nodes[i].First].Kind == N.TypeName ? _nodes[i].First : i);
        return WeakName;
    }

    // The last word of a type's name as the catalog has it.
    private SqlNameRef TypeName(int i)
    {
        Span<byte> name = stackalloc byte[MaxName];
        return _scopes.AddName(name[..LastWordOfType(i, name)]);
    }

    private readonly int LastWordOfType(int i, scoped Span<byte> name)
    {
        ref var node = ref _nodes[i];
        var p = node.Token;
        if (_tokens[p].Kind is T.Setof or T.Cast)
        {
            p++;
        }

        if (_tokens[p].Kind == T.Ident)
        {
            while (_tokens[p + 1].Kind == T.Dot)
            {
                p += 2;
            }

            return Fold(p, name);
        }

        return System.Text.Encoding.UTF8.GetBytes(SqlTypeNames.LastWord(_text, _tokens, node), name);
    }

    private int SubLinkName(int i, out SqlNameRef name)
    {
        name = default;
        var word = _tokens[_nodes[i].Token].Kind;
        var query = i - 1;
        if (!IsQuery(_nodes[query].Kind) || _nodes[query].First != _nodes[i].First)
        {
            return NoName;
        }

        if (word is T.Exists or T.Array)
        {
            name = word == T.Exists ? _scopes.AddName("exists"u8) : _scopes.AddName("array"u8);
            return StrongName;
        }

        // The name of its only column, that of the first of united queries.
        while ((_nodes[query].Flags & F.SetOperation) != 0)
        {
            var first = FirstChild(query);
            query = _nodes[first].Kind == N.WithClause ? SecondChild(query) : first;
        }

        if ((_nodes[query].Flags & F.Values) != 0)
        {
            name = _scopes.AddName("column1"u8);
            return StrongName;
        }

        for (var child = query - 1; child >= _nodes[query].First; child = _nodes[child].First - 1)
        {
            if (_nodes[child].Kind == N.TargetList)
            {
                var target = FirstChild(child);
                if (_nodes[target].Payload >= 0)
                {
                    name = AddName(_nodes[target].Payload);
                    return StrongName;
                }

                if (_tokens[_nodes[target].EndToken - 1].Kind != T.Star)
                {
                    if (FigureName(target - 1, out name) == NoName)
                    {
                        name = _scopes.AddName("?column?"u8);
                    }

                    return StrongName;
                }
            }
        }

        // A star.
        _unknownName = true;
        return NoName;
    }

    private readonly int SecondChild(int i)
    {
        var first = FirstChild(i);
        var child = i - 1;
        while (_nodes[child].First - 1 > first)
        {
            child = _nodes[child].First - 1;
        }

        return child;
    }
}
