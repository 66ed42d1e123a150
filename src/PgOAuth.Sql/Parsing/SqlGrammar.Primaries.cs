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

    private enum CallShape
    {
        /// <summary>Arguments only: with a string behind it, a type with modifiers.</summary>
        Plain,

        /// <summary>Arguments with names.</summary>
        Named,

        /// <summary>ORDER BY among the arguments.</summary>
        Sorted,

        /// <summary>Nothing, *, VARIADIC, ALL, DISTINCT.</summary>
        CallOnly,
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

    // A name: a column, a call, or a type with a string behind it.
    private void NameExpr(int mark, int token)
    {
        var traits = _traits[(int)Kind];
        if ((traits & (SqlTokenTraits.ColId | SqlTokenTraits.TypeFunctionName)) == 0)
        {
            SyntaxError();
            return;
        }

        _pos++;
        var star = false;
        var qualified = false;
        if ((traits & SqlTokenTraits.ColId) != 0)
        {
            while (!star && Accept(T.Dot))
            {
                qualified = true;
                star = Accept(T.Star);
                if (!star)
                {
                    ColLabel();
                }
            }
        }

        var kind = Kind;
        if (!star && (qualified || (traits & SqlTokenTraits.TypeFunctionName) != 0))
        {
            if (kind == T.LeftParen)
            {
                Call(mark, token);
                return;
            }

            if (kind == T.SConst)
            {
                Emit(N.TypeName, Mark, token);
                StringOfType(mark, token);
                return;
            }
        }

        if ((traits & SqlTokenTraits.ColId) == 0)
        {
            SyntaxError();
            return;
        }

        Emit(N.ColumnRef, mark, token);
        if (star && kind is T.Dot or T.LeftBracket)
        {
            Fail("improper use of \"*\"");
        }
        else if (kind == T.LeftBracket)
        {
            OptIndirection(mark, token);
        }
    }

    private void StringOfType(int mark, int token)
    {
        SConst();
        Emit(N.AConst, Mark, _pos - 1, -1, SqlNodeFlags.String);
        Emit(N.TypeCast, mark, token);
    }

    // A call with all that may follow it; or, with a string behind it, a literal of a type with modifiers.
    private void Call(int mark, int token)
    {
        var nameEnd = _pos;
        var shape = FuncApplication(out var withinGroup);
        if (Is(T.SConst) && shape != CallShape.CallOnly)
        {
            if (shape == CallShape.Named)
            {
                Fail("type modifier cannot have parameter name", token);
            }
            else if (shape == CallShape.Sorted)
            {
                Fail("type modifier cannot have ORDER BY", token);
            }

            StringOfType(mark, token);
            return;
        }

        if (Accept(T.Within))
        {
            Expect(T.Group, T.LeftParen);
            SortClause();
            Expect(T.RightParen);
            if (withinGroup is not null)
            {
                Fail(withinGroup, token);
            }
        }

        OptFilter();
        OptOver();
        Emit(N.FuncCall, mark, token, nameEnd);
    }

    /// <summary>From a call's opening bracket to its closing one.</summary>
    /// <param name="withinGroup">Why WITHIN GROUP may not follow, or null.</param>
    private CallShape FuncApplication(out string? withinGroup)
    {
        withinGroup = null;
        Expect(T.LeftParen);
        if (Accept(T.RightParen))
        {
            return CallShape.CallOnly;
        }

        if (Accept(T.Star))
        {
            Expect(T.RightParen);
            return CallShape.CallOnly;
        }

        var shape = CallShape.Plain;
        if (Is(T.Distinct))
        {
            withinGroup = "cannot use DISTINCT with WITHIN GROUP";
        }

        if (Accept(T.All) || Accept(T.Distinct))
        {
            shape = CallShape.CallOnly;
            do
            {
                FuncArgExpr();
            }
            while (Accept(T.Comma));
        }
        else
        {
            do
            {
                if (Accept(T.Variadic))
                {
                    withinGroup = "cannot use VARIADIC with WITHIN GROUP";
                    shape = CallShape.CallOnly;
                    FuncArgExpr();
                    break;
                }

                if (FuncArgExpr() && shape == CallShape.Plain)
                {
                    shape = CallShape.Named;
                }
            }
            while (Accept(T.Comma));
        }

        if (Is(T.Order))
        {
            SortClause();
            withinGroup = "cannot use multiple ORDER BY clauses with WITHIN GROUP";
            if (shape == CallShape.Plain)
            {
                shape = CallShape.Sorted;
            }
        }

        Expect(T.RightParen);
        return shape;
    }

    /// <summary>func_arg_expr. Returns whether it has a name.</summary>
    private bool FuncArgExpr()
    {
        if (Peek(1) is T.ColonEquals or T.EqualsGreater && Has(SqlTokenTraits.TypeFunctionName))
        {
            var mark = Mark;
            var token = _pos;
            _pos += 2;
            AExpr();
            Emit(N.NamedArgExpr, mark, token);
            return true;
        }

        AExpr();
        return false;
    }

    /// <summary>func_arg_list.</summary>
    private void FuncArgList()
    {
        do
        {
            FuncArgExpr();
        }
        while (Accept(T.Comma));
    }

    private void OptFilter()
    {
        if (Accept(T.Filter))
        {
            Expect(T.LeftParen, T.Where);
            AExpr();
            Expect(T.RightParen);
        }
    }

    private void OptOver()
    {
        if (!Accept(T.Over))
        {
            return;
        }

        if (Is(T.LeftParen))
        {
            WindowSpecification();
        }
        else
        {
            ColId();
        }
    }

    // A literal of one of the types that are keywords of their own. False, and nothing read, when none stands here.
    private bool TypedLiteral(int mark, int token)
    {
        var next = Peek(1);
        switch (Kind)
        {
            case T.Int:
            case T.Integer:
            case T.Smallint:
            case T.Bigint:
            case T.Real:
            case T.Boolean:
            case T.Json:
                if (next != T.SConst)
                {
                    return false;
                }

                break;
            case T.Double:
                if (next != T.Precision)
                {
                    return false;
                }

                break;
            case T.Float:
            case T.Decimal:
            case T.Dec:
            case T.Numeric:
            case T.Bit:
            case T.National:
            case T.Character:
            case T.Char:
            case T.Nchar:
            case T.Varchar:
            case T.Timestamp:
            case T.Time:
                if (next is not (T.SConst or T.LeftParen or T.Varying or T.Character or T.Char or T.WithLa or T.WithoutLa))
                {
                    return false;
                }

                break;
            case T.Interval:
                if (next is not (T.SConst or T.LeftParen))
                {
                    return false;
                }

                _pos++;
                var precision = Accept(T.LeftParen);
                if (precision)
                {
                    IConst();
                    Expect(T.RightParen);
                }

                SConst();
                Emit(N.AConst, Mark, _pos - 1, -1, SqlNodeFlags.String);
                if (!precision)
                {
                    OptInterval();
                }

                Emit(N.TypeCast, mark, token);
                return true;
            default:
                return false;
        }

        ConstTypename();
        Emit(N.TypeName, mark, token);
        StringOfType(mark, token);
        return true;
    }
}
