using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>All other statements: what they act on, and the queries and expressions in them.</content>
internal ref partial struct SqlResolution
{
    private void Utility(int i)
    {
        if (!EnsureStack(i))
        {
            return;
        }

        var previous = PushLevel(_level);
        var statement = _statement;
        _statement = _nodes[i].Kind;
        switch (_statement)
        {
            case N.CopyStmt:
                Copy(i);
                break;
            case N.ExecuteStmt:
                Add(SqlAccessKind.UsePrepared, null, _nodes[i].Token + 1, _nodes[i].Token + 2);
                Parts(i);
                break;
            case N.DeallocateStmt:
                NameOrAll(i, SqlAccessKind.UsePrepared);
                break;
            case N.FetchStmt:
            case N.ClosePortalStmt:
                NameOrAll(i, SqlAccessKind.UseCursor);
                break;
            case N.VariableShowStmt:
                Show(i);
                break;
            case N.VariableSetStmt when _tokens[_nodes[i].Token].Kind == T.Reset && _tokens[_nodes[i].Token + 1].Kind == T.All:
                Add(SqlAccessKind.SetSetting, null, _nodes[i].Token + 2, _nodes[i].Token + 2);
                break;
            case N.CallStmt:
                ProcedureCall(i - 1);
                break;
            case N.ExplainStmt:
            case N.PrepareStmt:
            case N.DeclareCursorStmt:
            case N.CreateTableAsStmt:
                Parts(i);
                break;
            default:
                Definition(i);
                break;
        }

        _statement = statement;
        PopLevel(previous);
    }

    // The queries, statements, settings and relations that stand in a statement.
    private void Parts(int i)
    {
        var children = PushChildren(i);
        for (var c = children; c < _scopes.ChildCount && !Failed; c++)
        {
            Part(_scopes.Child(c));
        }

        _scopes.CutChildren(children);
    }

    private void Part(int i)
    {
        ref var node = ref _nodes[i];
        if (IsQuery(node.Kind))
        {
            Query(i, columns: false);
        }
        else if (SqlStatementNames.IsStatement(node.Kind))
        {
            _accesses.Add(SqlAccessKind.Statement, node.Kind, null, node.Token, node.EndToken);
            Utility(i);
        }
        else if (node.Kind is N.RangeVar or N.NamedRelation)
        {
            ActOn(i);
        }
        else if (node.Kind == N.Setting)
        {
            Add(SqlAccessKind.SetSetting, null, node.Token, node.EndToken);
        }
        else if (node.Kind == N.IntoClause)
        {
            Into(i);
        }
        else if (node.Kind == N.IndexElem)
        {
            IndexElement(i);
        }
        else if (IsExpression(node.Kind))
        {
            Walk(i);
        }
        else if (node.First < i)
        {
            Parts(i);
        }
    }

    private static bool IsExpression(N kind) => kind is >= N.AConst and <= N.CurrentOfExpr or N.WhereClause;

    // A relation that a command acts on. It may be one that does not exist, or not yet: the policy decides by its name.
    private readonly void ActOn(int i)
    {
        ref var node = ref _nodes[i];
        if (node.Kind == N.RangeVar && (node.Flags & (F.Read | F.Write)) == 0)
        {
            return;
        }

        var relation = node.EndToken - node.Token <= 5 ? FindRelation(node.Token, node.EndToken) : null;
        var kind = KindOf(_statement);
        if (relation is null && kind is SqlAccessKind.Truncate or SqlAccessKind.Lock)
        {
            relation = UnknownRelation(node.Token, node.EndToken);
            if (relation is null)
            {
                Missing("unknown relation", node);
                return;
            }
        }

        if ((node.Flags & F.Read) != 0 && relation is not null)
        {
            // LIKE, REFERENCES, CREATE STATISTICS: they tell of its columns or its rows.
            AddAllColumns(AddNamed(SqlAccessKind.Read, relation, node.Token, node.EndToken), relation, wholeRow: false, node.Token, node.EndToken);
            return;
        }

        if (relation is null || kind == SqlAccessKind.Create)
        {
            Add(kind, relation, node.Token, node.EndToken, (node.Flags & F.Only) != 0);
            return;
        }

        AddNamed(kind, relation, node.Token, node.EndToken, (node.Flags & F.Only) != 0);
    }

    private static SqlAccessKind KindOf(N statement) => statement switch
    {
        N.TruncateStmt => SqlAccessKind.Truncate,
        N.LockStmt => SqlAccessKind.Lock,
        N.DropStmt or N.DropOwnedStmt => SqlAccessKind.Drop,
        N.CreateStmt or N.CreateForeignTableStmt or N.CreateSeqStmt or N.CreateTableAsStmt or N.ViewStmt or N.CompositeTypeStmt => SqlAccessKind.Create,
        _ => SqlAccessKind.Alter,
    };

    /// <summary>
    /// Statements that define something: expressions in them see the columns of the table they are about, by its name and as OLD
    /// and NEW, and names that only the new object has.
    /// </summary>
    private void Definition(int i)
    {
        var flags = _flags;
        _flags |= _statement is N.ViewStmt or N.RuleStmt or N.CreateFunctionStmt or N.CreatePolicyStmt or N.AlterPolicyStmt or N.CreateTrigStmt
            ? SqlAccessFlags.Deferred
            : SqlAccessFlags.None;
        ref var node = ref _nodes[i];
        for (var child = i - 1; child >= node.First; child = _nodes[child].First - 1)
        {
            if (_nodes[child].Kind == N.RangeVar && (_nodes[child].Flags & F.Write) != 0 && _statement != N.ViewStmt)
            {
                if (FindRelation(_nodes[child].Token, _nodes[child].EndToken) is { } relation)
                {
                    Defined(child, relation);
                    if (_allowUnknown)
                    {
                        DefinedOthers(child, relation);
                    }
                }
            }
        }

        ShowAll();
        _scopes.Level(_level).Open = _statement is not (N.ViewStmt or N.TruncateStmt or N.LockStmt);
        Parts(i);
        _flags = flags;
    }

    private void Defined(int i, SqlRelation relation)
    {
        var entry = NewEntry();
        entry.Relation = relation;
        entry.Token = _nodes[i].Token;
        entry.EndToken = _nodes[i].EndToken;
        entry.Name = _scopes.AddName(relation.Name.Utf8, relation.Name.Hash);
        var first = _scopes.AddEntry(entry);
        OldOrNew(first, _scopes.AddName("old"u8));
        OldOrNew(first, _scopes.AddName("new"u8));
    }

    private void ProcedureCall(int call)
    {
        ref var node = ref _nodes[call];
        var children = PushChildren(call);

        // OUT arguments are given as well: their number tells nothing.
        var access = _accesses.Count;
        if (Candidates(FindFunctions(node.Token, node.Payload), -1, node.Token, node.Payload))
        {
            NameArguments(access, children, _scopes.ChildCount - children);
        }
        else
        {
            UnknownFunction(node.Token, node.Payload, SqlFunctionKind.Procedure);
        }

        _scopes.CutChildren(children);
        Walk(node.First, call - 1);
    }

    private readonly void NameOrAll(int i, SqlAccessKind kind)
    {
        var last = _nodes[i].EndToken - 1;
        Add(kind, null, _tokens[last].Kind == T.All ? last + 1 : last, last + 1);
    }

    private readonly void Show(int i)
    {
        var first = _nodes[i].Token + 1;
        Add(SqlAccessKind.ShowSetting, null, _tokens[first].Kind == T.All ? first + 1 : first, _nodes[i].EndToken);
    }

    private void Copy(int i)
    {
        ref var node = ref _nodes[i];
        var children = PushChildren(i);
        var first = _scopes.Child(children);
        var p = _nodes[first].EndToken;
        if (IsQuery(_nodes[first].Kind))
        {
            Add(SqlAccessKind.CopyTo, null, _nodes[first].Token, _nodes[first].EndToken);
            Query(first, columns: false);
        }
        else
        {
            p = CopyRelation(i, first, children + 1);
        }

        // TO or FROM is the first of these words behind the columns: brackets only.
        while (p < node.EndToken && _tokens[p].Kind is not (T.To or T.From))
        {
            p++;
        }

        if (_tokens[p + 1].Kind is not (T.Stdin or T.Stdout))
        {
            Add(SqlAccessKind.CopyServerFile, null, p + 1, p + 2);
        }

        _scopes.CutChildren(children);
    }

    private int CopyRelation(int i, int relation, int columns)
    {
        var end = _nodes[relation].EndToken;
        var from = (_nodes[i].Flags & F.From) != 0;
        if (!Target(relation, out var target))
        {
            return end;
        }

        var data = AddNamed(from ? SqlAccessKind.Insert : SqlAccessKind.Read, target.Relation!, target.Token, target.EndToken);
        var copy = AddNamed(from ? SqlAccessKind.CopyFrom : SqlAccessKind.CopyTo, target.Relation!, target.Token, target.EndToken);
        Span<byte> buffer = stackalloc byte[MaxName];
        var listed = false;
        for (var c = columns; c < _scopes.ChildCount && !Failed; c++)
        {
            var child = _scopes.Child(c);
            ref var node = ref _nodes[child];
            if (node.Kind == N.WhereClause)
            {
                // It is asked of the rows that come in.
                target.Access = data;
                _scopes.AddEntry(target);
                ShowAll();
                Walk(child);
                continue;
            }

            listed = true;
            end = node.EndToken;
            var column = target.Relation!.IndexOf(buffer[..Fold(node.Token, buffer)]);
            if (column >= 0)
            {
                _accesses.AddColumn(data, column, node.Token, node.EndToken);
                _accesses.AddColumn(copy, column, node.Token, node.EndToken);
            }
            else if (!IsNewColumn(target.Relation!, data) || !IsNewColumn(target.Relation!, copy))
            {
                Missing("unknown column", node);
                break;
            }
        }

        if (!listed && !Failed)
        {
            AddAllColumns(data, target.Relation!, wholeRow: false, target.Token, target.EndToken);
            AddAllColumns(copy, target.Relation!, wholeRow: false, target.Token, target.EndToken);
        }

        return end;
    }
}
