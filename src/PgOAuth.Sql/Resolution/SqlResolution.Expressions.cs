using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>Expressions. Backwards through the post-order, so that a node comes before its operands, and without recursion.</content>
internal ref partial struct SqlResolution
{
    private void Walk(int node) => Walk(_nodes[node].First, node);

    private void Walk(int first, int last)
    {
        for (var i = last; i >= first && !Failed;)
        {
            switch (_nodes[i].Kind)
            {
                case N.ColumnRef:
                    Column(i);
                    i--;
                    break;
                case N.FuncCall:
                    i = Call(i);
                    break;
                case N.AIndirection:
                    i = Indirection(i);
                    break;
                case N.TypeCast:
                    i = Cast(i);
                    break;
                case N.TypeName:
                    // Its modifiers look like expressions.
                    i = _nodes[i].First - 1;
                    break;
                case N.CurrentOfExpr:
                    Add(SqlAccessKind.UseCursor, null, _nodes[i].EndToken - 1, _nodes[i].EndToken);
                    i--;
                    break;
                case N.SelectStmt:
                case N.InsertStmt:
                case N.UpdateStmt:
                case N.DeleteStmt:
                case N.MergeStmt:
                    Query(i, columns: false);
                    i = _nodes[i].First - 1;
                    break;
                default:
                    i--;
                    break;
            }
        }
    }

    private readonly bool IsStar(in SqlNode node) => (node.Flags & F.LoneStar) != 0 || _tokens[node.EndToken - 1].Kind == T.Star;

    private void Column(int i)
    {
        ref var node = ref _nodes[i];
        if ((node.Flags & F.LoneStar) != 0)
        {
            ref var level = ref _scopes.Level(_level);
            for (var e = level.VisibleStart; e < level.VisibleEnd; e++)
            {
                if (_scopes.Entry(e).ColumnsVisible)
                {
                    ReadAll(e, wholeRow: false, node.Token, node.EndToken);
                }
            }

            return;
        }

        if (_tokens[node.EndToken - 1].Kind == T.Star)
        {
            var entry = FindEntry(node.Token, node.EndToken - 2);
            if (entry < 0)
            {
                MissingEntry(node.Token, node.EndToken);
                return;
            }

            ReadAll(entry, wholeRow: false, node.Token, node.EndToken);
            return;
        }

        if (Reference(node.Token, node.EndToken, out var row) == NameMeaning.Row)
        {
            ReadAll(row, wholeRow: true, node.Token, node.EndToken);
        }
    }

    /// <summary>
    /// Fields and subscripts behind something. <c>(t).f</c> is <c>t.f</c>; any other field may also be a call in attribute
    /// notation. Returns where to go on.
    /// </summary>
    private int Indirection(int i)
    {
        ref var node = ref _nodes[i];
        var children = PushChildren(i);
        var count = _scopes.ChildCount - children;
        var operand = count > 0 ? _scopes.Child(children) : -1;
        var p = operand >= 0 ? _nodes[operand].EndToken : node.Token + 1;
        while (_tokens[p].Kind == T.RightParen)
        {
            p++;
        }

        var rest = true;
        var first = p;
        SqlRelation? row = null;
        var known = false;
        if (operand >= 0 && _nodes[operand].Kind == N.ColumnRef && !IsStar(_nodes[operand]))
        {
            rest = false;
            ref var name = ref _nodes[operand];
            var meaning = Reference(name.Token, name.EndToken, out var entry);
            if (meaning == NameMeaning.Row)
            {
                p = RowField(entry, p, name.Token);
            }
            else if (meaning == NameMeaning.Column && _found is not null)
            {
                row = RowTypeOf(_catalog.FindType(_found.Type));
                known = row is not null && !_allowUnknown;
            }
        }

        var child = 1;
        while (p < node.EndToken && !Failed)
        {
            if (_tokens[p].Kind == T.Dot)
            {
                if (_tokens[p + 1].Kind != T.Star && !(known && IsField(row!, p + 1)))
                {
                    var access = ProjectionCall(p + 1, isRow: false);
                    if (access >= 0 && p == first && operand >= 0)
                    {
                        NameArgument(access, 0, operand);
                    }
                }

                known = false;
                p += 2;
                continue;
            }

            // Subscripts are nodes: skipped as such, however large.
            p = child < count && _nodes[_scopes.Child(children + child)].Token <= p ? _nodes[_scopes.Child(children + child++)].EndToken : p + 1;
        }

        // The operand, unless done, and the subscripts.
        for (var c = rest ? 0 : 1; c < count; c++)
        {
            Walk(_scopes.Child(children + c));
        }

        _scopes.CutChildren(children);
        return _nodes[i].First - 1;
    }

    // (t).f: only that column is read. Returns the place after it.
    private int RowField(int entry, int p, int token)
    {
        if (_tokens[p].Kind != T.Dot)
        {
            ReadAll(entry, wholeRow: true, token, p);
            return p;
        }

        if (_tokens[p + 1].Kind == T.Star)
        {
            ReadAll(entry, wholeRow: false, token, p + 2);
            return p + 2;
        }

        Span<byte> field = stackalloc byte[MaxName];
        var name = field[..Fold(p + 1, field)];
        if (!FindColumnOf(entry, name, SqlName.HashOf(name), token, p + 2))
        {
            Project(entry, p + 1, token, p + 2);
        }
        else if (_allowUnknown)
        {
            ProjectIfCalled(entry, p + 1, token, p + 2);
        }

        return p + 2;
    }

    private readonly bool IsField(SqlRelation row, int token)
    {
        Span<byte> name = stackalloc byte[MaxName];
        return row.IndexOf(name[..Fold(token, name)]) >= 0;
    }

    /// <summary>A cast or typed literal. Returns where to go on: at what is cast.</summary>
    private int Cast(int i)
    {
        ref var node = ref _nodes[i];
        var last = i - 1;
        if (last < node.First)
        {
            return last;
        }

        if (_nodes[last].Kind == N.TypeName)
        {
            var operand = _nodes[last].First - 1;
            if (IsRegclass(_nodes[last].Token, _nodes[last].EndToken) && operand >= node.First)
            {
                NameValue(operand, functionsFrom: -1, mayBeMissing: false, isArray: _tokens[_nodes[last].EndToken - 1].Kind == T.RightBracket);
            }

            return operand;
        }

        // type 'literal': the type is a node, or, with modifiers, its name is what the cast begins with.
        var end = node.Token + 1;
        while (_tokens[end].Kind == T.Dot)
        {
            end += 2;
        }

        if (IsRegclass(node.Token, end))
        {
            NameValue(last, functionsFrom: -1, mayBeMissing: false, isArray: false);
        }

        return node.First - 1;
    }
}
