using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>WITH: parse_cte.c.</content>
internal ref partial struct SqlResolution
{
    // The children of a statement; its WITH, if it has one, comes first and is done.
    private int PushBehindWith(int i, out int next)
    {
        var children = PushChildren(i);
        next = children;
        if (_nodes[_scopes.Child(children)].Kind == N.WithClause)
        {
            With(_scopes.Child(next++));
        }

        return children;
    }

    private void With(int with)
    {
        var children = PushChildren(with);
        var count = _scopes.ChildCount - children;
        var start = _scopes.CteCount;
        for (var c = 0; c < count; c++)
        {
            var node = _scopes.Child(children + c);
            _scopes.AddCte(new SqlCteEntry { Name = AddName(_nodes[node].Token), Node = node, Level = _level });
        }

        _scopes.CutChildren(children);

        // With RECURSIVE all see all, and who is named first is done first; without, each sees those before it.
        var recursive = (_nodes[with].Flags & F.Recursive) != 0;
        ref var level = ref _scopes.Level(_level);
        level.CteStart = start;
        level.CteEnd = recursive ? start + count : start;
        for (var c = start; c < start + count && !Failed; c++)
        {
            if (_scopes.Cte(c).State == SqlCteState.Pending)
            {
                RunCte(c, recursive);
            }

            if (!recursive)
            {
                _scopes.Level(_level).CteEnd = c + 1;
            }
        }
    }

    /// <summary>The WITH item that a lone name means, with its columns known; or -1.</summary>
    private int FindCte(int token)
    {
        Span<byte> buffer = stackalloc byte[MaxName];
        if (_scopes.CteCount == 0)
        {
            return -1;
        }

        var name = buffer[..Fold(token, buffer)];
        var hash = SqlName.HashOf(name);
        for (var l = _level; l >= 0; l = _scopes.Level(l).Parent)
        {
            ref var level = ref _scopes.Level(l);
            for (var c = level.CteStart; c < level.CteEnd; c++)
            {
                if (!_scopes.IsName(_scopes.Cte(c).Name, name, hash))
                {
                    continue;
                }

                switch (_scopes.Cte(c).State)
                {
                    case SqlCteState.Pending:
                        RunCte(c, recursive: true);
                        break;
                    case SqlCteState.Running:
                        Fail("recursion where it may not be", token, token + 1);
                        break;
                }

                return c;
            }
        }

        return -1;
    }

    private void RunCte(int c, bool recursive)
    {
        var node = _scopes.Cte(c).Node;
        var query = node - 1;
        while (!IsQuery(_nodes[query].Kind))
        {
            // Constants of CYCLE.
            query = _nodes[query].First - 1;
        }

        _scopes.Cte(c).State = SqlCteState.Running;
        var level = _level;
        var statement = _statement;
        _level = _scopes.Cte(c).Level;
        if (recursive && _nodes[query].Kind == N.SelectStmt && (_nodes[query].Flags & F.SetOperation) != 0)
        {
            var previous = PushLevel(_level);
            _statement = N.SelectStmt;
            SetOperation(query, columns: true, recursive: c);
            PopLevel(previous);
        }
        else
        {
            var output = Query(query, columns: true);
            if (!Failed)
            {
                CteColumns(c, output);
            }
        }

        _statement = statement;
        _level = level;
        _scopes.Cte(c).State = SqlCteState.Done;
    }

    // The item's columns: the query's, renamed, and those of SEARCH and CYCLE.
    private void CteColumns(int c, SqlOutput output)
    {
        ref var cte = ref _scopes.Cte(c);
        ref var node = ref _nodes[cte.Node];
        var entry = new SqlRangeEntry { ColumnsStart = output.Start, ColumnsCount = output.Count, Open = output.Open };
        CopyColumns(ref entry);
        var query = cte.Node - 1;
        while (!IsQuery(_nodes[query].Kind))
        {
            query = _nodes[query].First - 1;
        }

        var index = 0;
        for (var child = node.First; child < cte.Node && _nodes[child].Kind == N.AliasColumn && _nodes[child].First == child && child < _nodes[query].First; child++, index++)
        {
            var name = AddName(_nodes[child].Token);
            if (index < entry.ColumnsCount)
            {
                _scopes.Column(entry.ColumnsStart + index).Name = name;
            }
            else if (entry.Open || AreNewColumns())
            {
                Named(name);
                entry.ColumnsCount++;
            }
            else
            {
                Missing("too many column aliases", _nodes[child]);
                return;
            }
        }

        if (index == 0)
        {
            RecursiveViewColumns(cte.Node + 1, entry);
        }

        entry.ColumnsCount += SearchAndCycle(_nodes[query].EndToken, node.EndToken);
        cte.ColumnsStart = entry.ColumnsStart;
        cte.ColumnsCount = entry.ColumnsCount;
        cte.Open = entry.Open;
    }

    // CREATE RECURSIVE VIEW: its list of columns stands as references behind the WITH, where a query has a select list.
    private readonly void RecursiveViewColumns(int with, in SqlRangeEntry entry)
    {
        if (_nodes[with].Kind != N.WithClause || _nodes[with].Payload <= with || _nodes[_nodes[with].Payload - 1].Kind != N.ColumnRef)
        {
            return;
        }

        for (var c = 0; c < entry.ColumnsCount && with + 1 + c < _nodes[with].Payload; c++)
        {
            _scopes.Column(entry.ColumnsStart + c).Name = AddName(_nodes[with + 1 + c].Token);
        }
    }

    // SEARCH .. SET column; CYCLE .. SET mark .. USING path. A column list may not hold these words unquoted but as names.
    private readonly int SearchAndCycle(int p, int end)
    {
        var columns = 0;
        while (p < end && _tokens[p].Kind == T.RightParen)
        {
            p++;
        }

        if (p < end && _tokens[p].Kind == T.Search)
        {
            // SEARCH DEPTH FIRST BY a, b SET c
            p += 5;
            while (p < end && _tokens[p].Kind == T.Comma)
            {
                p += 2;
            }

            Named(AddName(p + 1));
            columns++;
            p += 2;
        }

        if (p < end && _tokens[p].Kind == T.Cycle)
        {
            // CYCLE a, b SET m [TO x DEFAULT y] USING p
            p += 2;
            while (p < end && _tokens[p].Kind == T.Comma)
            {
                p += 2;
            }

            Named(AddName(p + 1));
            Named(AddName(end - 1));
            columns += 2;
        }

        return columns;
    }
}
