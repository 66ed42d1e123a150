using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>SelectStmt.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>Whether a SELECT begins at the current token, brackets not counted.</summary>
    private readonly bool IsSelectStart() => Kind switch
    {
        T.Select or T.Table or T.With or T.WithLa => true,
        T.Values => Peek(1) == T.LeftParen,
        _ => false,
    };

    // What goes on with a SELECT in brackets, where it might also be an operand or a table.
    private static bool ContinuesSelect(T kind) => kind is T.Union or T.Intersect or T.Except or T.Order or T.Limit or T.Offset or T.Fetch or T.For;

    /// <summary>SelectStmt, with its WITH and in brackets or not. Its node is the last one.</summary>
    private void SelectStmt()
    {
        if (IsSelectStart())
        {
            SelectNoParens();
            return;
        }

        var mark = Mark;
        var token = _pos;
        SelectWithParens();
        if (ContinuesSelect(Kind))
        {
            SelectAfterParens(mark, token);
        }
    }

    /// <summary>select_no_parens.</summary>
    private void SelectNoParens()
    {
        if (!Enter())
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        var with = OptWithClause();
        SelectClause(1);
        SelectOptions(mark, token, with);
        Leave();
    }

    /// <summary>select_no_parens whose WITH has been read, if it has one.</summary>
    private void SelectAfterWith(int mark, int token, int with)
    {
        SelectClause(1);
        SelectOptions(mark, token, with);
    }

    /// <summary>select_no_parens whose first part, a SELECT in brackets, has been read.</summary>
    private void SelectAfterParens(int mark, int token)
    {
        SetOperations(mark, token, 1);
        SelectOptions(mark, token, with: -1);
    }

    // select_clause with its set operations: UNION and EXCEPT bind less tightly than INTERSECT.
    private void SelectClause(int minimum)
    {
        var mark = Mark;
        var token = _pos;
        switch (Kind)
        {
            case T.Select:
                SimpleSelect(mark, token);
                break;
            case T.Values:
                ValuesClause(mark, token);
                break;
            case T.Table:
                _pos++;
                Emit(N.ColumnRef, Mark, token, -1, F.LoneStar);
                var from = Mark;
                RelationExpr(F.Read);
                Emit(N.FromClause, from, token);
                Emit(N.SelectStmt, mark, token);
                break;
            default:
                SelectWithParens();
                break;
        }

        SetOperations(mark, token, minimum);
    }

    private void SetOperations(int mark, int token, int minimum)
    {
        while (true)
        {
            var precedence = Kind switch { T.Union or T.Except => 1, T.Intersect => 2, _ => 0 };
            if (precedence < minimum || precedence == 0)
            {
                return;
            }

            _pos++;
            _ = Accept(T.All) || Accept(T.Distinct);
            SelectClause(precedence + 1);
            Emit(N.SelectStmt, mark, token, -1, F.SetOperation);
        }
    }

    private void SimpleSelect(int mark, int token)
    {
        _pos++;
        var flags = F.None;
        if (Accept(T.Distinct))
        {
            if (Accept(T.On))
            {
                Expect(T.LeftParen);
                ExprList();
                Expect(T.RightParen);
            }

            TargetList();
        }
        else
        {
            Accept(T.All);
            if (!EndsSelectPart(Kind))
            {
                TargetList();
            }
        }

        if (Is(T.Into))
        {
            var into = _pos++;
            OptTempTableName();
            Emit(N.IntoClause, Mark - 1, into);
            flags |= F.Into;
        }

        OptFromClause();
        OptWhereClause();
        if (Is(T.Group))
        {
            GroupClause();
        }

        if (Is(T.Having))
        {
            var having = Mark;
            var havingToken = _pos++;
            AExpr();
            Emit(N.HavingClause, having, havingToken);
        }

        if (Is(T.Window))
        {
            WindowClause();
        }

        Emit(N.SelectStmt, mark, token, -1, flags);
    }

    /// <summary>target_list: items of a select or RETURNING list.</summary>
    private void TargetList()
    {
        var mark = Mark;
        var token = _pos;
        do
        {
            TargetEl();
        }
        while (Accept(T.Comma));

        Emit(N.TargetList, mark, token);
    }

    private void TargetEl()
    {
        var mark = Mark;
        var token = _pos;
        var label = -1;
        if (Accept(T.Star))
        {
            Emit(N.ColumnRef, mark, token, -1, F.LoneStar);
        }
        else
        {
            AExpr(1, ExprContext.Target);
            if (Accept(T.As))
            {
                label = ColLabel();
            }
            else if (Has(SqlTokenTraits.BareColLabel))
            {
                label = _pos++;
            }
        }

        Emit(N.ResTarget, mark, token, label);
    }

    /// <summary>OptTempTableName of INTO: a new table.</summary>
    private void OptTempTableName()
    {
        if (Is(T.Local) || Is(T.Global))
        {
            if (Peek(1) is T.Temporary or T.Temp)
            {
                _pos += 2;
                Accept(T.Table);
            }
        }
        else if (Kind is T.Temporary or T.Temp or T.Unlogged && (Peek(1) == T.Table || PeekHas(1, SqlTokenTraits.ColId)))
        {
            _pos++;
            Accept(T.Table);
        }
        else
        {
            Accept(T.Table);
        }

        QualifiedName(F.Write);
    }

    private void OptFromClause()
    {
        if (Is(T.From))
        {
            var mark = Mark;
            var token = _pos++;
            FromList();
            Emit(N.FromClause, mark, token);
        }
    }

    /// <summary>where_clause.</summary>
    private void OptWhereClause()
    {
        if (Is(T.Where))
        {
            var mark = Mark;
            var token = _pos++;
            AExpr();
            Emit(N.WhereClause, mark, token);
        }
    }

    private void GroupClause()
    {
        var mark = Mark;
        var token = _pos++;
        Expect(T.By);
        _ = Accept(T.All) || Accept(T.Distinct);
        GroupByList();
        Emit(N.GroupClause, mark, token);
    }

    private void GroupByList()
    {
        if (!Enter())
        {
            return;
        }

        do
        {
            if (Kind is T.Cube or T.Rollup && Peek(1) == T.LeftParen)
            {
                _pos += 2;
                ExprList();
                Expect(T.RightParen);
            }
            else if (Accept(T.Grouping, T.Sets))
            {
                Expect(T.LeftParen);
                GroupByList();
                Expect(T.RightParen);
            }
            else if (!Accept(T.LeftParen, T.RightParen))
            {
                AExpr();
            }
        }
        while (Accept(T.Comma));

        Leave();
    }

    private void WindowClause()
    {
        var mark = Mark;
        var token = _pos++;
        do
        {
            ColId();
            Expect(T.As);
            WindowSpecification();
        }
        while (Accept(T.Comma));

        Emit(N.WindowClause, mark, token);
    }

    /// <summary>window_specification.</summary>
    private void WindowSpecification()
    {
        var mark = Mark;
        var token = _pos;
        Expect(T.LeftParen);

        // These words begin a clause and are no window's name here.
        if (Has(SqlTokenTraits.ColId) && !(Kind is T.Partition or T.Range or T.Rows or T.Groups))
        {
            _pos++;
        }

        if (Accept(T.Partition))
        {
            Expect(T.By);
            ExprList();
        }

        if (Is(T.Order))
        {
            SortClause();
        }

        if (Accept(T.Range) || Accept(T.Rows) || Accept(T.Groups))
        {
            FrameExtent();
        }

        Expect(T.RightParen);
        Emit(N.WindowDef, mark, token);
    }

    // The order of bounds, from the earliest; gram.y's actions refuse what runs backwards.
    private enum FrameBoundKind
    {
        UnboundedPreceding,
        OffsetPreceding,
        CurrentRow,
        OffsetFollowing,
        UnboundedFollowing,
    }

    private void FrameExtent()
    {
        var token = _pos;
        if (Accept(T.Between))
        {
            var start = FrameBound();
            Expect(T.And);
            var end = FrameBound();
            if (start == FrameBoundKind.UnboundedFollowing)
            {
                Fail("frame start cannot be UNBOUNDED FOLLOWING", token);
            }
            else if (end == FrameBoundKind.UnboundedPreceding)
            {
                Fail("frame end cannot be UNBOUNDED PRECEDING", token);
            }
            else if (start == FrameBoundKind.CurrentRow && end == FrameBoundKind.OffsetPreceding)
            {
                Fail("frame starting from current row cannot have preceding rows", token);
            }
            else if (start == FrameBoundKind.OffsetFollowing && end is FrameBoundKind.OffsetPreceding or FrameBoundKind.CurrentRow)
            {
                Fail("frame starting from following row cannot have preceding rows", token);
            }
        }
        else
        {
            var start = FrameBound();
            if (start == FrameBoundKind.UnboundedFollowing)
            {
                Fail("frame start cannot be UNBOUNDED FOLLOWING", token);
            }
            else if (start == FrameBoundKind.OffsetFollowing)
            {
                Fail("frame starting from following row cannot end with current row", token);
            }
        }

        if (Accept(T.Exclude) && !Accept(T.Current, T.Row) && !Accept(T.Group) && !Accept(T.Ties))
        {
            Expect(T.No, T.Others);
        }
    }

    private FrameBoundKind FrameBound()
    {
        if (Accept(T.Unbounded, T.Preceding))
        {
            return FrameBoundKind.UnboundedPreceding;
        }

        if (Accept(T.Unbounded, T.Following))
        {
            return FrameBoundKind.UnboundedFollowing;
        }

        if (Accept(T.Current, T.Row))
        {
            return FrameBoundKind.CurrentRow;
        }

        AExpr();
        if (Accept(T.Preceding))
        {
            return FrameBoundKind.OffsetPreceding;
        }

        Expect(T.Following);
        return FrameBoundKind.OffsetFollowing;
    }

    /// <summary>sort_clause.</summary>
    private void SortClause()
    {
        var mark = Mark;
        var token = _pos;
        Expect(T.Order, T.By);
        do
        {
            AExpr();
            if (Accept(T.Using))
            {
                QualAllOp();
            }
            else
            {
                OptAscDesc();
            }

            OptNullsOrder();
        }
        while (Accept(T.Comma));

        Emit(N.SortClause, mark, token);
    }

    private void OptAscDesc() => _ = Accept(T.Asc) || Accept(T.Desc);

    private void OptNullsOrder()
    {
        if (Accept(T.NullsLa) && !Accept(T.First))
        {
            Expect(T.Last);
        }
    }

    private void ValuesClause(int mark, int token)
    {
        _pos++;
        do
        {
            var row = Mark;
            var rowToken = _pos;
            Expect(T.LeftParen);
            ExprList();
            Expect(T.RightParen);
            Emit(N.ValuesList, row, rowToken);
        }
        while (Accept(T.Comma));

        Emit(N.SelectStmt, mark, token, -1, F.Values);
    }

    // ORDER BY, LIMIT, locks and WITH belong to the SELECT before them, also to one in brackets: its node, the last one so
    // far, is taken off and put back over them. gram.y's insertSelectOptions tells what may not be given twice.
    private void SelectOptions(int mark, int token, int with)
    {
        if (Failed || (with < 0 && !(Kind is T.Order or T.Limit or T.Offset or T.Fetch or T.For)))
        {
            return;
        }

        var flags = _nodes[--_count].Flags;
        if (with >= 0)
        {
            Once(F.HasWith, ref flags, "multiple WITH clauses not allowed");
        }
        else
        {
            // A WITH within the brackets covers what comes around them as well.
            with = _nodes[_count].Payload;
        }

        if (Is(T.Order))
        {
            Once(F.Sorted, ref flags, "multiple ORDER BY clauses not allowed");
            SortClause();
        }

        var hadTies = (flags & F.WithTies) != 0;
        if (Is(T.For))
        {
            ForLockingClause(ref flags);
            SelectLimit(ref flags);
        }
        else
        {
            SelectLimit(ref flags);
            ForLockingClause(ref flags);
        }

        // Asked when WITH TIES is given, of the locks so far: not of those that come around the brackets.
        if (!hadTies && (flags & (F.SkipLocked | F.WithTies)) == (F.SkipLocked | F.WithTies))
        {
            Fail("SKIP LOCKED and WITH TIES options cannot be used together");
        }

        EmitWith(N.SelectStmt, mark, token, with, flags, with);
    }

    private void Once(F flag, ref F flags, string message)
    {
        if ((flags & flag) != 0)
        {
            Fail(message);
        }

        flags |= flag;
    }

    private void SelectLimit(ref F flags)
    {
        if (!(Kind is T.Limit or T.Offset or T.Fetch))
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        var hadTies = (flags & F.WithTies) != 0;
        if (Is(T.Offset))
        {
            OffsetClause(ref flags);
            if (Kind is T.Limit or T.Fetch)
            {
                LimitClause(ref flags);
            }
        }
        else
        {
            LimitClause(ref flags);
            if (Is(T.Offset))
            {
                OffsetClause(ref flags);
            }
        }

        Emit(N.LimitClause, mark, token);
        if (!hadTies && (flags & (F.WithTies | F.Sorted)) == F.WithTies)
        {
            Fail("WITH TIES cannot be specified without ORDER BY clause", token);
        }
    }

    private void OffsetClause(ref F flags)
    {
        Once(F.Offset, ref flags, "multiple OFFSET clauses not allowed");
        Expect(T.Offset);
        if (Kind is T.Plus or T.Minus && Peek(1) is T.IConst or T.FConst && Peek(2) is T.Row or T.Rows)
        {
            _pos += 3;
            return;
        }

        AExprAndIsCExpr(out var single);
        if (single)
        {
            _ = Accept(T.Row) || Accept(T.Rows);
        }
    }

    private void LimitClause(ref F flags)
    {
        Once(F.Limited, ref flags, "multiple LIMIT clauses not allowed");
        if (Accept(T.Limit))
        {
            if (!Accept(T.All))
            {
                AExpr();
            }

            return;
        }

        Expect(T.Fetch);
        if (!Accept(T.First))
        {
            Expect(T.Next);
        }

        // ROW may also be the name of the column that tells how many rows.
        if (!(Kind is T.Row or T.Rows && Peek(1) is T.Only or T.With))
        {
            if (Accept(T.Plus) || Accept(T.Minus))
            {
                if (!Accept(T.IConst))
                {
                    Expect(T.FConst);
                }
            }
            else
            {
                CExpr();
            }
        }

        if (!Accept(T.Row))
        {
            Expect(T.Rows);
        }

        if (!Accept(T.Only))
        {
            Expect(T.With, T.Ties);
            flags |= F.WithTies;
        }
    }

    private void ForLockingClause(ref F flags)
    {
        if (Accept(T.For, T.Read))
        {
            Expect(T.Only);
            return;
        }

        while (Is(T.For))
        {
            var mark = Mark;
            var token = _pos++;
            SqlLockStrength strength;
            if (Accept(T.Update))
            {
                strength = SqlLockStrength.ForUpdate;
            }
            else if (Accept(T.Share))
            {
                strength = SqlLockStrength.ForShare;
            }
            else if (Accept(T.Key))
            {
                Expect(T.Share);
                strength = SqlLockStrength.ForKeyShare;
            }
            else
            {
                Expect(T.No, T.Key, T.Update);
                strength = SqlLockStrength.ForNoKeyUpdate;
            }

            if (Accept(T.Of))
            {
                do
                {
                    var relation = QualifiedName(F.None);
                    _nodes[relation].Kind = N.LockedRelation;
                }
                while (Accept(T.Comma));
            }

            if (Accept(T.Skip, T.Locked))
            {
                flags |= F.SkipLocked;
            }
            else
            {
                Accept(T.Nowait);
            }

            Emit(N.LockingClause, mark, token, (int)strength);
        }
    }

    /// <summary>opt_with_clause. Returns its node, for <see cref="EmitWith"/>, or -1.</summary>
    private int OptWithClause()
    {
        if (!(Kind is T.With or T.WithLa))
        {
            return -1;
        }

        var mark = Mark;
        var token = _pos++;
        var recursive = _tokens[token].Kind == T.With && Is(T.Recursive) && !(Peek(1) is T.As or T.LeftParen);
        if (recursive)
        {
            _pos++;
        }

        do
        {
            CommonTableExpr();
        }
        while (Accept(T.Comma));

        return Emit(N.WithClause, mark, token, -1, recursive ? F.Recursive : F.None);
    }

    private void CommonTableExpr()
    {
        var mark = Mark;
        var token = ColId();
        OptAliasColumns();
        Expect(T.As);
        if (Accept(T.Not))
        {
            Expect(T.Materialized);
        }
        else
        {
            Accept(T.Materialized);
        }

        Expect(T.LeftParen);
        PreparableStmt();
        Expect(T.RightParen);
        if (Accept(T.Search))
        {
            if (!Accept(T.Depth))
            {
                Expect(T.Breadth);
            }

            Expect(T.First, T.By);
            NameList();
            Expect(T.Set);
            ColId();
        }

        if (Accept(T.Cycle))
        {
            NameList();
            Expect(T.Set);
            ColId();
            if (Accept(T.To))
            {
                AExprConst();
                Expect(T.Default);
                AExprConst();
            }

            Expect(T.Using);
            ColId();
        }

        Emit(N.CommonTableExpr, mark, token);
    }

    /// <summary>AexprConst: what c_expr reads, if that is a constant.</summary>
    private void AExprConst()
    {
        var token = _pos;
        CExpr();
        if (!Failed && (!(_nodes[_count - 1].Kind is N.AConst or N.TypeCast) || _tokens[token].Kind is T.LeftParen or T.Cast))
        {
            Fail("syntax error", token);
        }
    }
}
