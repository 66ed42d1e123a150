using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>SELECT: analyze.c's transformSelectStmt.</content>
internal ref partial struct SqlResolution
{
    /// <summary>A query within the current level, on a level of its own. Its columns only when asked for.</summary>
    private SqlOutput Query(int i, bool columns)
    {
        if (!EnsureStack(i))
        {
            return default;
        }

        var previous = PushLevel(_level);
        var statement = _statement;
        _statement = _nodes[i].Kind;
        var output = _statement switch
        {
            N.SelectStmt when (_nodes[i].Flags & F.SetOperation) != 0 => SetOperation(i, columns, recursive: -1),
            N.SelectStmt => Select(i, columns),
            N.InsertStmt => Insert(i),
            N.UpdateStmt or N.DeleteStmt => UpdateOrDelete(i),
            N.MergeStmt => Merge(i),
            _ => default,
        };
        _statement = statement;
        PopLevel(previous);
        return output;
    }

    private SqlOutput Select(int i, bool columns)
    {
        ref var node = ref _nodes[i];
        int targets = -1, from = -1, where = -1, group = -1, having = -1, window = -1, sort = -1, limit = -1, into = -1, with = -1;
        var locks = false;
        var distinctEnd = node.First;
        var distinctStart = node.First;
        for (var child = i - 1; child >= node.First; child = _nodes[child].First - 1)
        {
            switch (_nodes[child].Kind)
            {
                case N.WithClause:
                    with = child;
                    distinctStart = child + 1;
                    break;
                case N.TargetList:
                case N.ColumnRef when (_nodes[child].Flags & F.LoneStar) != 0 && targets < 0:
                    targets = child;
                    distinctEnd = _nodes[child].First;
                    break;
                case N.FromClause:
                    from = child;
                    break;
                case N.WhereClause:
                    where = child;
                    break;
                case N.GroupClause:
                    group = child;
                    break;
                case N.HavingClause:
                    having = child;
                    break;
                case N.WindowClause:
                    window = child;
                    break;
                case N.SortClause when targets < 0:
                    sort = child;
                    break;
                case N.LimitClause:
                    limit = child;
                    break;
                case N.IntoClause:
                    into = child;
                    break;
                case N.LockingClause:
                    locks = true;
                    break;
            }
        }

        if (with >= 0)
        {
            With(with);
        }

        if (into >= 0)
        {
            Into(into);
        }

        if ((node.Flags & F.Values) != 0)
        {
            return Values(i, with, sort, limit);
        }

        if (from >= 0)
        {
            FromClause(from);
        }

        ShowAll();
        if (targets >= 0)
        {
            Walk(targets);
        }

        if (where >= 0)
        {
            Walk(where);
        }

        if (having >= 0)
        {
            Walk(having);
        }

        if (window >= 0)
        {
            Walk(window);
        }

        if (limit >= 0)
        {
            Walk(limit);
        }

        if (Failed)
        {
            return default;
        }

        SqlOutput output = default;
        var distinct = distinctEnd > distinctStart;
        if (columns || sort >= 0 || group >= 0 || distinct)
        {
            output = Output(targets);
        }

        if (group >= 0)
        {
            OutputOrExpressions(_nodes[group].First, group, output, inputFirst: true);
        }

        if (sort >= 0)
        {
            OutputOrExpressions(_nodes[sort].First, sort, output, inputFirst: false);
        }

        if (distinct)
        {
            OutputOrExpressions(distinctStart, distinctEnd, output, inputFirst: false);
        }

        if (locks)
        {
            Locks(i);
        }

        return output;
    }

    /// <summary>
    /// Items of ORDER BY, GROUP BY, DISTINCT ON: a lone name may be one of the query's own columns; GROUP BY looks for one of the
    /// tables' first.
    /// </summary>
    private void OutputOrExpressions(int first, int end, SqlOutput output, bool inputFirst)
    {
        Span<byte> buffer = stackalloc byte[MaxName];
        for (var child = end - 1; child >= first && !Failed; child = _nodes[child].First - 1)
        {
            ref var node = ref _nodes[child];
            if (node.Kind == N.RowExpr && inputFirst)
            {
                // Brackets of a grouping set.
                OutputOrExpressions(node.First, child, output, inputFirst);
                continue;
            }

            if (node.Kind != N.ColumnRef || node.EndToken - node.Token != 1 || (node.Flags & F.LoneStar) != 0)
            {
                Walk(child);
                continue;
            }

            var name = buffer[..Fold(node.Token, buffer)];
            if (_allowUnknown)
            {
                OutputOrAnything(child, name, output);
                continue;
            }

            if (inputFirst && FindColumn(name, node.Token, node.EndToken, localOnly: true))
            {
                continue;
            }

            if (!HasName(output.Start, output.Count, name, SqlName.HashOf(name)))
            {
                Walk(child);
            }
        }
    }

    // What has the name by now may be gone, and then it means the next of its meanings: all of them count.
    private void OutputOrAnything(int i, scoped ReadOnlySpan<byte> name, SqlOutput output)
    {
        if (!HasName(output.Start, output.Count, name, SqlName.HashOf(name)))
        {
            Walk(i);
            return;
        }

        ref var node = ref _nodes[i];
        FindColumn(name, node.Token, node.EndToken);
        if (FindEntry(name) is >= 0 and var row)
        {
            ReadAll(row, wholeRow: true, node.Token, node.EndToken);
        }
    }

    // SELECT INTO: a new relation.
    private readonly void Into(int into)
    {
        var relation = into - 1;
        if (relation >= _nodes[into].First && _nodes[relation].Kind == N.RangeVar)
        {
            Add(SqlAccessKind.Create, FindRelation(_nodes[relation].Token, _nodes[relation].EndToken), _nodes[relation].Token, _nodes[relation].EndToken);
        }
    }

    // FOR UPDATE and its like: all tables of FROM, also those within its sub-selects, or those named.
    private void Locks(int i)
    {
        Span<byte> buffer = stackalloc byte[MaxName];
        for (var child = i - 1; child >= _nodes[i].First && !Failed; child = _nodes[child].First - 1)
        {
            ref var node = ref _nodes[child];
            if (node.Kind != N.LockingClause)
            {
                continue;
            }

            var level = _scopes.Level(_level);
            if (node.First == child)
            {
                for (var e = level.EntryStart; e < _scopes.EntryCount; e++)
                {
                    Lock(e, (SqlLockStrength)node.Payload, node.Token, node.EndToken);
                }

                continue;
            }

            for (var locked = child - 1; locked >= node.First; locked--)
            {
                ref var name = ref _nodes[locked];
                var alias = buffer[..Fold(name.Token, buffer)];
                var hash = SqlName.HashOf(alias);
                var found = false;
                for (var e = level.EntryStart; e < _scopes.EntryCount && name.EndToken - name.Token == 1; e++)
                {
                    if (_scopes.IsName(_scopes.Entry(e).Name, alias, hash))
                    {
                        found = true;
                        Lock(e, (SqlLockStrength)node.Payload, name.Token, name.EndToken);
                    }
                }

                if (!found)
                {
                    Fail("missing FROM entry", name);
                    return;
                }
            }
        }
    }

    private readonly void Lock(int e, SqlLockStrength strength, int token, int endToken)
    {
        var entry = _scopes.Entry(e);
        for (var a = entry.AccessFrom; a < entry.AccessTo; a++)
        {
            var access = _accesses.Accesses[a];
            if (access.Kind == SqlAccessKind.Read)
            {
                _accesses.SetLock(Add(SqlAccessKind.Lock, access.Relation, token, endToken), strength);
            }
        }
    }
}
