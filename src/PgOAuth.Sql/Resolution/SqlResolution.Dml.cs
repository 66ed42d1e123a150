using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>INSERT, UPDATE, DELETE, MERGE.</content>
internal ref partial struct SqlResolution
{
    // The target as an entry. It is read only where a name reads it.
    private bool Target(int rangeVar, out SqlRangeEntry entry)
    {
        ref var node = ref _nodes[rangeVar];
        entry = NewEntry();
        entry.Relation = FindOrUnknownRelation(node.Token, node.EndToken);
        if (entry.Relation is null)
        {
            Missing("unknown relation", node);
            return false;
        }

        if (entry.Relation.Kind is SqlRelationKind.Index or SqlRelationKind.PartitionedIndex or SqlRelationKind.CompositeType or SqlRelationKind.Sequence)
        {
            Fail("not a table", node);
            return false;
        }

        entry.Token = node.Token;
        entry.EndToken = node.EndToken;
        entry.Aliased = node.Payload >= 0;
        entry.Only = (node.Flags & F.Only) != 0;
        entry.Name = node.Payload >= 0 ? AddName(node.Payload) : _scopes.AddName(entry.Relation.Name.Utf8, entry.Relation.Name.Hash);
        HideUnknownColumns(ref entry);
        return true;
    }

    private readonly int Write(SqlAccessKind kind, in SqlRangeEntry target) => AddNamed(kind, target.Relation!, target.Token, target.EndToken, target.Only);

    // A column that is set; its subscripts are expressions.
    private void SetTarget(int i, int access, SqlRelation relation)
    {
        ref var node = ref _nodes[i];
        Span<byte> buffer = stackalloc byte[MaxName];
        var column = relation.IndexOf(buffer[..Fold(node.Token, buffer)]);
        if (column >= 0)
        {
            _accesses.AddColumn(access, column, node.Token, node.Token + 1);
        }
        else if (!IsNewColumn(relation, access))
        {
            Missing("unknown column", node.Token, node.Token + 1);
            return;
        }

        Walk(node.First, i - 1);
    }

    private void SetTargets(int multiple, int access, SqlRelation relation)
    {
        var children = PushChildren(multiple);
        for (var c = children; c < _scopes.ChildCount && !Failed; c++)
        {
            SetOrExpression(_scopes.Child(c), access, relation);
        }

        _scopes.CutChildren(children);
    }

    private void SetOrExpression(int i, int access, SqlRelation relation)
    {
        switch (_nodes[i].Kind)
        {
            case N.SetTarget:
                SetTarget(i, access, relation);
                break;
            case N.MultiAssign:
                SetTargets(i, access, relation);
                break;
            default:
                Walk(i);
                break;
        }
    }

    private SqlOutput Insert(int i)
    {
        ref var node = ref _nodes[i];
        var children = PushBehindWith(i, out var c);
        var count = _scopes.ChildCount;

        SqlOutput output = default;
        if (!Failed && Target(node.Payload, out var target))
        {
            var insert = Write(SqlAccessKind.Insert, target);
            var listed = false;
            var returning = -1;
            var conflict = -1;
            for (c++; c < count && !Failed; c++)
            {
                var child = _scopes.Child(c);
                switch (_nodes[child].Kind)
                {
                    case N.SetTarget:
                        listed = true;
                        SetTarget(child, insert, target.Relation!);
                        break;
                    case N.OnConflictClause:
                        conflict = child;
                        break;
                    case N.ReturningClause:
                        returning = child;
                        break;
                    default:
                        Query(child, columns: false);
                        break;
                }
            }

            if (!listed && !Failed)
            {
                AddAllColumns(insert, target.Relation!, wholeRow: false, target.Token, target.EndToken);
            }

            var entry = _scopes.AddEntry(target);
            ShowAll();
            if (conflict >= 0 && !Failed)
            {
                OnConflict(conflict, target, entry, insert);
                _scopes.CutEntries(entry + 1);
                ShowAll();
            }

            if (returning >= 0 && !Failed)
            {
                output = Returning(returning, entry);
            }
        }

        _scopes.CutChildren(children);
        return output;
    }

    private void OnConflict(int conflict, in SqlRangeEntry target, int entry, int insert)
    {
        var arbiter = _nodes[conflict].Token + 2;
        if (_tokens[arbiter].Kind == T.On)
        {
            // PostgreSQL wants the right to read the constraint's columns. Which these are the snapshot does not say: so all of them.
            ReadAll(entry, wholeRow: false, arbiter, arbiter + 3);
        }

        var children = PushChildren(conflict);
        var update = -1;
        for (var c = children; c < _scopes.ChildCount && !Failed; c++)
        {
            var child = _scopes.Child(c);
            if (update < 0 && _nodes[child].Kind is N.SetTarget or N.MultiAssign)
            {
                // From here on also EXCLUDED is seen: the row that was to be inserted.
                update = Write(SqlAccessKind.Update, target);
                var excluded = target;
                excluded.Name = _scopes.AddName("excluded"u8);
                excluded.Aliased = true;
                excluded.Access = insert;
                _scopes.AddEntry(excluded);
                ShowAll();
            }

            if (_nodes[child].Kind == N.IndexElem)
            {
                IndexElement(child);
            }
            else
            {
                SetOrExpression(child, update, target.Relation!);
            }
        }

        _scopes.CutChildren(children);
    }

    // A plain column has no node.
    private void IndexElement(int i)
    {
        ref var node = ref _nodes[i];
        if (node.First < i)
        {
            Walk(node.First, i - 1);
            return;
        }

        Span<byte> buffer = stackalloc byte[MaxName];
        if (_tokens[node.Token].Kind != T.LeftParen && !FindColumn(buffer[..Fold(node.Token, buffer)], node.Token, node.Token + 1))
        {
            UnknownColumn(node.Token, node.Token + 1);
        }
    }

    private SqlOutput UpdateOrDelete(int i)
    {
        ref var node = ref _nodes[i];
        var children = PushBehindWith(i, out var c);
        var count = _scopes.ChildCount;

        SqlOutput output = default;
        if (!Failed && Target(node.Payload, out var target))
        {
            var write = Write(node.Kind == N.UpdateStmt ? SqlAccessKind.Update : SqlAccessKind.Delete, target);
            var entry = _scopes.AddEntry(target);
            for (var f = ++c; f < count && !Failed; f++)
            {
                if (_nodes[_scopes.Child(f)].Kind == N.FromClause)
                {
                    FromClause(_scopes.Child(f));
                }
            }

            ShowAll();
            for (; c < count && !Failed; c++)
            {
                var child = _scopes.Child(c);
                if (_nodes[child].Kind == N.ReturningClause)
                {
                    output = Returning(child, entry);
                }
                else if (_nodes[child].Kind != N.FromClause)
                {
                    SetOrExpression(child, write, target.Relation!);
                }
            }
        }

        _scopes.CutChildren(children);
        return output;
    }

    private SqlOutput Merge(int i)
    {
        ref var node = ref _nodes[i];
        var children = PushBehindWith(i, out var c);
        var count = _scopes.ChildCount;

        SqlOutput output = default;
        if (!Failed && Target(node.Payload, out var target))
        {
            // A star in RETURNING gives the source's columns first.
            FromClause(_scopes.Child(++c));
            var entry = _scopes.AddEntry(target);

            // Its rows are looked at even when nothing is done to them.
            AccessOf(entry);
            ShowAll();
            for (c++; c < count && !Failed; c++)
            {
                var child = _scopes.Child(c);
                switch (_nodes[child].Kind)
                {
                    case N.MergeWhenClause:
                        MergeWhen(child, target, entry);
                        break;
                    case N.ReturningClause:
                        output = Returning(child, entry);
                        break;
                    default:
                        Walk(child);
                        break;
                }
            }
        }

        _scopes.CutChildren(children);
        return output;
    }

    private void MergeWhen(int i, in SqlRangeEntry target, int entry)
    {
        ref var node = ref _nodes[i];
        var children = PushChildren(i);

        // WHEN NOT MATCHED [BY TARGET] does not see the target; BY SOURCE does.
        ref var level = ref _scopes.Level(_level);
        var unmatched = _tokens[node.Token + 1].Kind is T.Not or T.NotLa &&
            !(_tokens[node.Token + 3].Kind == T.By && _tokens[node.Token + 4].Kind == T.Source);
        level.VisibleEnd = unmatched ? entry : entry + 1;

        // The action's word: behind the condition, which is the first child when there is one.
        var p = node.Token + 2;
        var c = children;
        var condition = node.Token + (_tokens[node.Token + 1].Kind is T.Not or T.NotLa ? 3 : 2);
        if (_tokens[condition].Kind == T.By)
        {
            condition += 2;
        }

        if (_tokens[condition].Kind == T.And)
        {
            Walk(_scopes.Child(c));
            p = _nodes[_scopes.Child(c++)].EndToken;
        }

        while (_tokens[p].Kind != T.Then)
        {
            p++;
        }

        var kind = _tokens[p + 1].Kind switch
        {
            T.Insert => SqlAccessKind.Insert,
            T.Update => SqlAccessKind.Update,
            T.Delete => SqlAccessKind.Delete,
            _ => SqlAccessKind.None,
        };
        if (kind != SqlAccessKind.None)
        {
            var write = Write(kind, target);
            if (kind == SqlAccessKind.Insert && (c == _scopes.ChildCount || _nodes[_scopes.Child(c)].Kind != N.SetTarget))
            {
                AddAllColumns(write, target.Relation!, wholeRow: false, target.Token, target.EndToken);
            }

            for (; c < _scopes.ChildCount && !Failed; c++)
            {
                SetOrExpression(_scopes.Child(c), write, target.Relation!);
            }
        }

        _scopes.Level(_level).VisibleEnd = entry + 1;
        _scopes.CutChildren(children);
    }

    /// <summary>RETURNING, which also sees OLD and NEW unless something else has these names.</summary>
    private SqlOutput Returning(int i, int target)
    {
        ref var node = ref _nodes[i];
        var p = node.Token + 1;
        int oldName = -1, newName = -1;
        if (_tokens[p].Kind == T.With)
        {
            for (p += 2; _tokens[p].Kind is T.Old or T.New; p += 4)
            {
                (_tokens[p].Kind == T.Old ? ref oldName : ref newName) = p + 2;
            }
        }

        // Both are looked for before either is there.
        var hasOld = oldName < 0 && FindEntry("old"u8) >= 0;
        var hasNew = newName < 0 && FindEntry("new"u8) >= 0;
        if (!hasOld)
        {
            OldOrNew(target, oldName >= 0 ? AddName(oldName) : _scopes.AddName("old"u8));
        }

        if (!hasNew)
        {
            OldOrNew(target, newName >= 0 ? AddName(newName) : _scopes.AddName("new"u8));
        }

        ShowAll();
        Walk(node.First, i - 1);
        return Failed ? default : Output(i - 1);
    }

    private readonly void OldOrNew(int target, SqlNameRef name)
    {
        var entry = _scopes.Entry(target);
        entry.Name = name;
        entry.Aliased = true;
        entry.ColumnsVisible = false;
        entry.SameAs = target;
        _scopes.AddEntry(entry);
    }
}
