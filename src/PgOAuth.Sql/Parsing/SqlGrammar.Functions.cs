using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>func_expr_common_subexpr: functions with a syntax of their own.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>func_expr_windowless: a call in FROM or in an index.</summary>
    private void FuncExprWindowless()
    {
        if (FuncExprCommon(windowless: true))
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        var single = Has(SqlTokenTraits.TypeFunctionName);
        if (!single && !Has(SqlTokenTraits.ColId))
        {
            SyntaxError();
            return;
        }

        var qualifiable = Has(SqlTokenTraits.ColId);
        _pos++;
        if ((qualifiable ? Attrs() : 0) == 0 && !single)
        {
            SyntaxError();
            return;
        }

        var nameEnd = _pos;
        FuncApplication(out _);
        Emit(N.FuncCall, mark, token, nameEnd);
    }

    // False, and nothing read, when no such function stands here.
    private bool FuncExprCommon(bool windowless)
    {
        var mark = Mark;
        var token = _pos;
        var next = Peek(1);
        switch (Kind)
        {
            case T.CurrentDate:
            case T.CurrentRole:
            case T.CurrentUser:
            case T.SessionUser:
            case T.User:
            case T.CurrentCatalog:
                _pos++;
                Emit(N.SqlValueFunction, mark, token);
                return true;
            case T.CurrentSchema:
                if (next is T.LeftParen or T.SConst)
                {
                    return false;
                }

                _pos++;
                Emit(N.SqlValueFunction, mark, token);
                return true;
            case T.SystemUser:
                _pos++;
                Special(SqlSpecialFunction.SystemUser, mark, token);
                return true;
            case T.CurrentTime:
            case T.CurrentTimestamp:
            case T.Localtime:
            case T.Localtimestamp:
                _pos++;
                OptLength();
                Emit(N.SqlValueFunction, mark, token);
                return true;
            case T.Collation:
                if (next != T.For)
                {
                    return false;
                }

                _pos += 2;
                Expect(T.LeftParen);
                AExpr();
                Expect(T.RightParen);
                Special(SqlSpecialFunction.PgCollationFor, mark, token);
                return true;
            case T.Cast:
                _pos++;
                Expect(T.LeftParen);
                AExpr();
                Expect(T.As);
                Typename();
                Expect(T.RightParen);
                Emit(N.TypeCast, mark, token);
                return true;
        }

        if (next != T.LeftParen)
        {
            return false;
        }

        switch (Kind)
        {
            case T.Extract:
                _pos += 2;
                if (Kind is T.Ident or T.Year or T.Month or T.Day or T.Hour or T.Minute or T.Second or T.SConst)
                {
                    _pos++;
                }
                else
                {
                    SyntaxError();
                }

                Expect(T.From);
                AExpr();
                Expect(T.RightParen);
                Special(SqlSpecialFunction.Extract, mark, token);
                return true;
            case T.Normalize:
                _pos += 2;
                AExpr();
                if (Accept(T.Comma) && !(Accept(T.Nfc) || Accept(T.Nfd) || Accept(T.Nfkc) || Accept(T.Nfkd)))
                {
                    SyntaxError();
                }

                Expect(T.RightParen);
                Special(SqlSpecialFunction.Normalize, mark, token);
                return true;
            case T.Overlay:
                OverlayExpr(mark, token);
                return true;
            case T.Position:
                _pos += 2;
                BExpr();
                Expect(T.In);
                BExpr();
                Expect(T.RightParen);
                Special(SqlSpecialFunction.Position, mark, token);
                return true;
            case T.Substring:
                SubstringExpr(mark, token);
                return true;
            case T.Treat:
                _pos += 2;
                AExpr();
                Expect(T.As);
                var type = Mark;
                var typeToken = _pos;
                Typename();

                // Only the type's name is kept: the server's tree has none of its modifiers, and what stands in them is never run.
                _count = type;
                var typeNode = Emit(N.TypeName, type, typeToken);
                Expect(T.RightParen);
                Emit(N.FuncCall, mark, token, typeNode, SqlNodeFlags.SpecialSyntax | SqlNodeFlags.TypeNamed);
                return true;
            case T.Trim:
                TrimExpr(mark, token);
                return true;
            case T.Nullif:
                _pos += 2;
                AExpr();
                Expect(T.Comma);
                AExpr();
                Expect(T.RightParen);
                Emit(N.CoalesceExpr, mark, token);
                return true;
            case T.Coalesce:
            case T.Greatest:
            case T.Least:
                _pos += 2;
                ExprList();
                Expect(T.RightParen);
                Emit(N.CoalesceExpr, mark, token);
                return true;
            case T.MergeAction:
                _pos += 2;
                Expect(T.RightParen);
                Emit(N.MergeSupportFunc, mark, token);
                return true;
            default:
                return XmlFunction(mark, token) || JsonFunction(mark, token, windowless);
        }
    }

    private void OverlayExpr(int mark, int token)
    {
        _pos += 2;
        if (!Is(T.RightParen) && !FuncArgExpr() && Accept(T.Placing))
        {
            AExpr();
            Expect(T.From);
            AExpr();
            if (Accept(T.For))
            {
                AExpr();
            }

            Expect(T.RightParen);
            Special(SqlSpecialFunction.Overlay, mark, token);
            return;
        }

        RestOfPlainCall(mark, token);
    }

    // OVERLAY(..) and SUBSTRING(..) with commas are calls of the functions of that name, in whatever schema.
    private void RestOfPlainCall(int mark, int token)
    {
        if (Accept(T.Comma))
        {
            FuncArgList();
        }

        Expect(T.RightParen);
        Emit(N.FuncCall, mark, token, token + 1);
    }

    private void SubstringExpr(int mark, int token)
    {
        _pos += 2;
        if (Is(T.RightParen) || (Peek(1) is T.ColonEquals or T.EqualsGreater))
        {
            if (!Is(T.RightParen))
            {
                FuncArgExpr();
            }

            RestOfPlainCall(mark, token);
            return;
        }

        AExpr(1, ExprContext.Substring);
        switch (Kind)
        {
            case T.From:
                _pos++;
                AExpr();
                if (Accept(T.For))
                {
                    AExpr();
                }

                break;
            case T.For:
                _pos++;
                AExpr();
                if (Accept(T.From))
                {
                    AExpr();
                }

                break;
            case T.Similar:
                _pos++;
                AExpr();
                Expect(T.Escape);
                AExpr();
                break;
            default:
                RestOfPlainCall(mark, token);
                return;
        }

        Expect(T.RightParen);
        Special(SqlSpecialFunction.Substring, mark, token);
    }

    private void TrimExpr(int mark, int token)
    {
        _pos += 2;
        var function = SqlSpecialFunction.Btrim;
        if (Accept(T.Leading))
        {
            function = SqlSpecialFunction.Ltrim;
        }
        else if (Accept(T.Trailing))
        {
            function = SqlSpecialFunction.Rtrim;
        }
        else
        {
            Accept(T.Both);
        }

        if (Accept(T.From))
        {
            ExprList();
        }
        else
        {
            AExpr();
            if (Accept(T.From) || Accept(T.Comma))
            {
                ExprList();
            }
        }

        Expect(T.RightParen);
        Special(function, mark, token);
    }
}
