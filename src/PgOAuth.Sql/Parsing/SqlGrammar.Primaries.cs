using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>c_expr: constants, names, brackets, CASE, ROW, ARRAY.</content>
internal ref partial struct SqlGrammar
{
    // What stood between two brackets.
    private enum ParenContent
    {
        /// <summary>A SELECT: its node is the last one, without a node for the brackets.</summary>
        Select,

        /// <summary>One expression.</summary>
        Expression,

        /// <summary>Two expressions or more.</summary>
        List,
    }

    /// <summary>c_expr.</summary>
    private void CExpr()
    {
        if (Enter())
        {
            CExpr(allowOverlaps: false);
            Leave();
        }
    }

    private void CExpr(bool allowOverlaps)
    {
        var mark = Mark;
        var token = _pos;
        switch (Kind)
        {
            case T.Ident:
                NameExpr(mark, token);
                break;
            case T.SConst:
                _pos++;
                Emit(N.AConst, mark, token, -1, SqlNodeFlags.String);
                break;
            case T.IConst:
            case T.FConst:
            case T.BConst:
            case T.XConst:
            case T.True:
            case T.False:
            case T.Null:
                _pos++;
                Emit(N.AConst, mark, token);
                break;
            case T.Param:
                _pos++;
                Emit(N.ParamRef, mark, token, ParamNumber(token));
                OptIndirection(mark, token);
                break;
            case T.LeftParen:
                AfterParen(Parenthesized(listAllowed: true), mark, token, allowOverlaps);
                break;
            case T.Case:
                CaseExpr(mark, token);
                break;
            case T.Exists when Peek(1) == T.LeftParen:
                _pos++;
                SelectWithParens();
                Emit(N.SubLink, mark, token);
                break;
            case T.Array:
                _pos++;
                if (Is(T.LeftParen))
                {
                    SelectWithParens();
                    Emit(N.SubLink, mark, token);
                }
                else
                {
                    ArrayExpr();
                }

                break;
            case T.Row when Peek(1) == T.LeftParen:
                ExplicitRow(mark, token);
                if (allowOverlaps)
                {
                    OptOverlaps(mark, token);
                }

                break;
            case T.Grouping when Peek(1) == T.LeftParen:
                _pos += 2;
                ExprList();
                Expect(T.RightParen);
                Emit(N.GroupingFunc, mark, token);
                break;
            default:
                if (!FuncExprCommon(windowless: false) && !TypedLiteral(mark, token))
                {
                    NameExpr(mark, token);
                }

                break;
        }
    }

    private readonly int ParamNumber(int token)
    {
        var value = 0;
        foreach (var b in _text[(_tokens[token].Start + 1).._tokens[token].End])
        {
            value = (value * 10) + b - '0';
        }

        return value;
    }

    // What brackets make of their content.
    private void AfterParen(ParenContent content, int mark, int token, bool allowOverlaps)
    {
        if (content == ParenContent.List)
        {
            Emit(N.RowExpr, mark, token);
            if (allowOverlaps)
            {
                OptOverlaps(mark, token);
            }

            return;
        }

        if (content == ParenContent.Select)
        {
            Emit(N.SubLink, mark, token);
        }

        OptIndirection(mark, token);
    }

    /// <summary>
    /// From an opening bracket to its closing one, where an expression may stand. Whether brackets within brackets hold a
    /// SELECT or an expression shows only behind them: <c>((SELECT 1) UNION SELECT 2)</c>, <c>((SELECT 1) + 2)</c>.
    /// </summary>
    private ParenContent Parenthesized(bool listAllowed)
    {
        if (!Enter())
        {
            return ParenContent.Expression;
        }

        var content = ParenthesizedContent(listAllowed);
        Expect(T.RightParen);
        Leave();
        return content;
    }

    private ParenContent ParenthesizedContent(bool listAllowed)
    {
        Expect(T.LeftParen);
        var mark = Mark;
        var token = _pos;
        if (IsSelectStart())
        {
            SelectNoParens();
            return ParenContent.Select;
        }

        if (Is(T.LeftParen))
        {
            var inner = Parenthesized(listAllowed: true);
            if (inner == ParenContent.Select)
            {
                if (Is(T.RightParen))
                {
                    return ParenContent.Select;
                }

                if (ContinuesSelect(Kind))
                {
                    SelectAfterParens(mark, token);
                    return ParenContent.Select;
                }
            }

            AfterParen(inner, mark, token, allowOverlaps: true);
            AExprTail(mark, token, 1, ExprContext.None);
        }
        else
        {
            AExpr();
        }

        if (!Is(T.Comma) || !listAllowed)
        {
            return ParenContent.Expression;
        }

        _pos++;
        ExprList();
        return ParenContent.List;
    }

    /// <summary>select_with_parens.</summary>
    private void SelectWithParens()
    {
        if (!Is(T.LeftParen) || Parenthesized(listAllowed: false) != ParenContent.Select)
        {
            SyntaxError();
        }
    }

    // row OVERLAPS row; the left row is the last node.
    private void OptOverlaps(int mark, int token)
    {
        if (!Accept(T.Overlaps))
        {
            return;
        }

        var left = _count - 1;
        var rightMark = Mark;
        var rightToken = _pos;
        if (Is(T.Row) && Peek(1) == T.LeftParen)
        {
            ExplicitRow(rightMark, rightToken);
        }
        else if (Is(T.LeftParen) && Parenthesized(listAllowed: true) == ParenContent.List)
        {
            Emit(N.RowExpr, rightMark, rightToken);
        }
        else
        {
            SyntaxError();
            return;
        }

        if (Failed)
        {
            return;
        }

        if (ChildCount(left) != 2)
        {
            Fail("wrong number of parameters on left side of OVERLAPS expression", token);
        }
        else if (ChildCount(_count - 1) != 2)
        {
            Fail("wrong number of parameters on right side of OVERLAPS expression", rightToken);
        }

        Special(SqlSpecialFunction.Overlaps, mark, token);
    }

    /// <summary>How many children a node has. Not for failed parses.</summary>
    private readonly int ChildCount(int node)
    {
        var children = 0;
        for (var child = node - 1; child >= _nodes[node].First; child = _nodes[child].First - 1)
        {
            children++;
        }

        return children;
    }

    private void ExplicitRow(int mark, int token)
    {
        Expect(T.Row, T.LeftParen);
        if (!Is(T.RightParen))
        {
            ExprList();
        }

        Expect(T.RightParen);
        Emit(N.RowExpr, mark, token);
    }

    // '[' .. ']': expressions, or nested brackets, but not both.
    private void ArrayExpr()
    {
        if (!Enter())
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        Expect(T.LeftBracket);
        if (Is(T.LeftBracket))
        {
            do
            {
                ArrayExpr();
            }
            while (Accept(T.Comma));
        }
        else if (!Is(T.RightBracket))
        {
            ExprList();
        }

        Expect(T.RightBracket);
        Emit(N.ArrayExpr, mark, token);
        Leave();
    }

    private void CaseExpr(int mark, int token)
    {
        _pos++;
        if (!Is(T.When))
        {
            AExpr();
        }

        do
        {
            var whenMark = Mark;
            var whenToken = _pos;
            Expect(T.When);
            AExpr();
            Expect(T.Then);
            AExpr();
            Emit(N.CaseWhen, whenMark, whenToken);
        }
        while (Is(T.When));

        if (Accept(T.Else))
        {
            AExpr();
        }

        Expect(T.End);
        Emit(N.CaseExpr, mark, token);
    }

    /// <summary>opt_indirection behind something that is not a plain name: one node over it and all of the indirection.</summary>
    private void OptIndirection(int mark, int token)
    {
        if (Kind is not (T.Dot or T.LeftBracket))
        {
            return;
        }

        var star = false;
        while (Kind is T.Dot or T.LeftBracket)
        {
            if (star)
            {
                Fail("improper use of \"*\"");
                return;
            }

            if (Accept(T.Dot))
            {
                star = Accept(T.Star);
                if (!star)
                {
                    ColLabel();
                }
            }
            else
            {
                Subscript();
            }
        }

        Emit(N.AIndirection, mark, token);
    }

    private void Subscript()
    {
        Expect(T.LeftBracket);
        if (!Is(T.Colon))
        {
            AExpr();
        }

        if (Accept(T.Colon) && !Is(T.RightBracket))
        {
            AExpr();
        }

        Expect(T.RightBracket);
    }
}
