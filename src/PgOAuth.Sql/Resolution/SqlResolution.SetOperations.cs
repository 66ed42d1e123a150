using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>VALUES, UNION, INTERSECT, EXCEPT: analyze.c's transformValuesClause and transformSetOperationStmt.</content>
internal ref partial struct SqlResolution
{
    private SqlOutput Values(int i, int with, int sort, int limit)
    {
        ref var node = ref _nodes[i];
        var rows = with >= 0 ? with + 1 : node.First;
        var first = -1;
        for (var child = i - 1; child >= rows && !Failed; child = _nodes[child].First - 1)
        {
            if (_nodes[child].Kind == N.ValuesList)
            {
                Walk(child);
                first = child;
            }
        }

        if (limit >= 0)
        {
            Walk(limit);
        }

        var open = false;
        var count = 0;
        for (var child = first - 1; first >= 0 && child >= _nodes[first].First; child = _nodes[child].First - 1)
        {
            // t.* among the values is as many as it has.
            open |= _tokens[_nodes[child].EndToken - 1].Kind == T.Star;
            count++;
        }

        var start = _scopes.ColumnCount;
        Span<byte> name = stackalloc byte[18];
        "column"u8.CopyTo(name);
        for (var c = 1; c <= count; c++)
        {
            c.TryFormat(name[6..], out var digits);
            Named(_scopes.AddName(name[..(6 + digits)]));
        }

        var output = new SqlOutput(start, count, open);
        if (sort >= 0)
        {
            OutputOrExpressions(_nodes[sort].First, sort, output, inputFirst: false);
        }

        return output;
    }

    /// <summary>Both sides on levels of their own; the first gives the names.</summary>
    /// <param name="i">The node.</param>
    /// <param name="columns">Whether the columns are asked for.</param>
    /// <param name="recursive">The WITH item that this is the query of, which its second side may name; -1: none.</param>
    private SqlOutput SetOperation(int i, bool columns, int recursive)
    {
        ref var node = ref _nodes[i];
        var children = PushBehindWith(i, out var c);
        var count = _scopes.ChildCount;

        var output = Query(_scopes.Child(c), columns: true);
        if (recursive >= 0 && !Failed)
        {
            CteColumns(recursive, output);
            _scopes.Cte(recursive).State = SqlCteState.Recursing;
        }

        if (!Failed)
        {
            Query(_scopes.Child(c + 1), columns: false);
        }

        for (c += 2; c < count && !Failed; c++)
        {
            var child = _scopes.Child(c);
            switch (_nodes[child].Kind)
            {
                case N.SortClause:
                    // Only names of its columns, and numbers.
                    SortOfSet(child, output);
                    break;
                case N.LimitClause:
                    Walk(child);
                    break;
                default:
                    Fail("row lock of a set operation", _nodes[child]);
                    break;
            }
        }

        _scopes.CutChildren(children);
        return output;
    }

    private void SortOfSet(int sort, SqlOutput output)
    {
        Span<byte> buffer = stackalloc byte[MaxName];
        for (var child = sort - 1; child >= _nodes[sort].First && !Failed; child = _nodes[child].First - 1)
        {
            ref var node = ref _nodes[child];
            if (node.Kind == N.AConst)
            {
                continue;
            }

            var name = node.Kind == N.ColumnRef && node.EndToken - node.Token == 1 ? buffer[..Fold(node.Token, buffer)] : default;
            if (name.Length == 0)
            {
                Fail("ORDER BY of a set operation", node);
            }
            else if (!_allowUnknown && !output.Open && !HasName(output.Start, output.Count, name, SqlName.HashOf(name)))
            {
                // It can be no other column, so nothing more is read by it.
                Missing("ORDER BY of a set operation", node);
            }
        }
    }
}
