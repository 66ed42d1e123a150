using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>FROM: parse_clause.c's transformFromClauseItem.</content>
internal ref partial struct SqlResolution
{
    private void FromClause(int node)
    {
        var children = PushChildren(node);
        for (var c = children; c < _scopes.ChildCount && !Failed; c++)
        {
            FromItem(_scopes.Child(c));
        }

        _scopes.CutChildren(children);
    }

    private void FromItem(int i)
    {
        if (!EnsureStack(i) || !Spend(1, _nodes[i].Token))
        {
            return;
        }

        switch (_nodes[i].Kind)
        {
            case N.RangeVar:
                RangeVar(i);
                break;
            case N.RangeTableSample:
                TableSample(i);
                break;
            case N.RangeSubselect:
                Subselect(i);
                break;
            case N.RangeFunction:
                RangeFunction(i);
                break;
            case N.RangeTableFunc:
            case N.JsonTable:
                TableFunction(i);
                break;
            case N.JoinExpr:
                Join(i);
                break;
            default:
                Fail("unknown FROM item", _nodes[i]);
                break;
        }
    }

    private static SqlRangeEntry NewEntry() => new()
    {
        ColumnsStart = -1,
        Access = -1,
        SameAs = -1,
        ColumnsVisible = true,
        NameVisible = true,
    };

    // ---- Relations and WITH items.
    private void RangeVar(int i)
    {
        ref var node = ref _nodes[i];
        var entry = NewEntry();
        entry.Token = node.Token;
        entry.EndToken = node.EndToken;
        entry.Aliased = node.Payload >= 0;
        if (node.EndToken - node.Token == 1)
        {
            var cte = FindCte(node.Token);
            if (cte >= 0)
            {
                Cte(i, cte, entry);
                return;
            }

            if (Failed)
            {
                return;
            }
        }

        var relation = FindOrUnknownRelation(node.Token, node.EndToken);
        if (relation is null)
        {
            Missing("unknown relation", node);
            return;
        }

        if (relation.Kind is SqlRelationKind.Index or SqlRelationKind.PartitionedIndex or SqlRelationKind.CompositeType)
        {
            Fail("not a table", node);
            return;
        }

        entry.Relation = relation;
        entry.Only = (node.Flags & F.Only) != 0;
        entry.Name = node.Payload >= 0 ? AddName(node.Payload) : _scopes.AddName(relation.Name.Utf8, relation.Name.Hash);
        entry.Access = AddNamed(SqlAccessKind.Read, relation, node.Token, node.EndToken, entry.Only);
        entry.AccessFrom = entry.Access;
        entry.AccessTo = _accesses.Count;
        HideUnknownColumns(ref entry);
        if (node.First < i)
        {
            // Column aliases go by position.
            entry.ColumnsStart = _scopes.ColumnCount;
            for (var c = 0; c < relation.Columns.Length; c++)
            {
                var name = relation.Columns[c].Name;
                _scopes.AddColumn(new SqlOutputColumn { Name = _scopes.AddName(name.Utf8, name.Hash), Entry = -1, Column = c });
            }

            entry.ColumnsCount = relation.Columns.Length;
            AliasColumns(i, node.Token, ref entry);
        }

        _scopes.AddEntry(entry);
    }

    private void Cte(int i, int cte, SqlRangeEntry entry)
    {
        ref var node = ref _nodes[i];
        ref var item = ref _scopes.Cte(cte);
        entry.Name = node.Payload >= 0 ? AddName(node.Payload) : item.Name;
        entry.Aliased = true;
        entry.ColumnsStart = item.ColumnsStart;
        entry.ColumnsCount = item.ColumnsCount;
        entry.Open = item.Open;
        if (node.First < i)
        {
            // Its own columns stay as they are for others.
            CopyColumns(ref entry);
            AliasColumns(i, node.Token, ref entry);
        }

        _scopes.AddEntry(entry);
    }

    private readonly void CopyColumns(ref SqlRangeEntry entry)
    {
        var start = _scopes.ColumnCount;
        for (var c = 0; c < entry.ColumnsCount; c++)
        {
            _scopes.AddColumn(_scopes.Column(entry.ColumnsStart + c));
        }

        entry.ColumnsStart = start;
    }

    /// <summary>Renames an entry's columns by the AliasColumns behind a token, which are its last children. The columns are the last ones.</summary>
    private void AliasColumns(int i, int after, ref SqlRangeEntry entry)
    {
        var first = i;
        for (var child = i - 1; child >= _nodes[i].First && _nodes[child].Kind == N.AliasColumn && _nodes[child].Token > after; child = _nodes[child].First - 1)
        {
            first = child;
        }

        var index = 0;
        for (var child = first; child < i; child++, index++)
        {
            var name = AddName(_nodes[child].Token);
            if (index < entry.ColumnsCount)
            {
                _scopes.Column(entry.ColumnsStart + index).Name = name;
            }
            else if (entry.Open || AreNewColumns())
            {
                _scopes.AddColumn(new SqlOutputColumn { Name = name, Entry = -1, Column = -1 });
                entry.ColumnsCount++;
            }
            else
            {
                Missing("too many column aliases", _nodes[child]);
                return;
            }
        }
    }

    private void TableSample(int i)
    {
        var children = PushChildren(i);
        FromItem(_scopes.Child(children));
        var relation = _scopes.Child(children);

        // The method: behind the word.
        var method = _nodes[relation].EndToken;
        while (method < _nodes[i].EndToken && _tokens[method].Kind != T.Tablesample)
        {
            method++;
        }

        var end = ++method + 1;
        while (_tokens[end].Kind == T.Dot)
        {
            end += 2;
        }

        if (!Candidates(FindFunctions(method, end), -1, method, end))
        {
            UnknownFunction(method, end);
        }

        for (var c = children + 1; c < _scopes.ChildCount; c++)
        {
            WalkLateral(_scopes.Child(c));
        }

        _scopes.CutChildren(children);
    }

    // ---- Sub-selects.
    private void Subselect(int i)
    {
        ref var node = ref _nodes[i];
        var child = node.First == i ? -1 : FirstChild(i);
        var entry = NewEntry();
        entry.Aliased = true;
        entry.Token = node.Token;
        entry.EndToken = node.EndToken;
        entry.AccessFrom = _accesses.Count;
        var saved = Window(lateral: _tokens[node.Token].Kind == T.Lateral);
        var output = Query(child, columns: true);
        Restore(saved);
        entry.AccessTo = _accesses.Count;
        entry.ColumnsStart = output.Start;
        entry.ColumnsCount = output.Count;
        entry.Open = output.Open;
        if (node.Payload >= 0)
        {
            entry.Name = AddName(node.Payload);
            if (entry.Open)
            {
                // Names of columns nobody knows are added, so these have to be the last.
                CopyColumns(ref entry);
            }

            AliasColumns(i, node.Payload, ref entry);
        }
        else
        {
            entry.NameVisible = false;
        }

        _scopes.AddEntry(entry);
    }

    private readonly int FirstChild(int i)
    {
        var child = i - 1;
        while (_nodes[child].First > _nodes[i].First)
        {
            child = _nodes[child].First - 1;
        }

        return child;
    }

    // What FROM items see of their own level: what stands left of them when lateral, else nothing.
    private readonly (int Start, int End) Window(bool lateral)
    {
        ref var level = ref _scopes.Level(_level);
        var saved = (level.VisibleStart, level.VisibleEnd);
        level.VisibleStart = level.EntryStart;
        level.VisibleEnd = lateral ? _scopes.EntryCount : level.EntryStart;
        return saved;
    }

    private readonly void Restore((int Start, int End) window)
    {
        ref var level = ref _scopes.Level(_level);
        level.VisibleStart = window.Start;
        level.VisibleEnd = window.End;
    }

    private void WalkLateral(int node)
    {
        var saved = Window(lateral: true);
        Walk(node);
        Restore(saved);
    }
}
