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

    // The order of bounds, from the earliest; gram.y's actions refuse what runs backwards.
    private enum FrameBoundKind
    {
        UnboundedPreceding,
        OffsetPreceding,
        CurrentRow,
        OffsetFollowing,
        UnboundedFollowing,
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
}
