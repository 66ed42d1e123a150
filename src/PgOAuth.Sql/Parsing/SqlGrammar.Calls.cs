using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>What a name can begin: a column, a call, a literal of a type.</content>
internal ref partial struct SqlGrammar
{
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
