using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>WINDOW, and what OVER has in brackets.</content>
internal ref partial struct SqlGrammar
{
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

    private void FrameExtent()
    {
        var token = _pos;
        if (Is(T.Between) && !BetweenIsColumn())
        {
            _pos++;
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

    // BETWEEN is a column's name too, and what follows tells which it is here: gram.y's precedences make it the column before what
    // binds less tightly than BETWEEN or begins no expression, and an error before what binds as tightly (%nonassoc).
    private bool BetweenIsColumn()
    {
        switch (Peek(1))
        {
            case T.Between or T.Like or T.Ilike or T.Similar or T.NotLa:
                _pos++;
                SyntaxError();
                return false;
            case T.Or or T.And or T.Is or T.Isnull or T.Notnull:
            case T.Less or T.Greater or T.Equal or T.LessEquals or T.GreaterEquals or T.NotEquals:
            case T.In or T.Star or T.Slash or T.Percent or T.Caret or T.Collate or T.LeftBracket or T.TypeCast or T.Dot:
                return true;
            default:
                return false;
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
}
