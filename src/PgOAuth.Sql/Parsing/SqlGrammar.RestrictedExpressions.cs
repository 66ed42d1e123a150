using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>b_expr: what stands where an a_expr would be ambiguous.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>b_expr: an a_expr without the keywords that would clash where it stands.</summary>
    private void BExpr() => BExpr(1);

    private void BExpr(int minimum)
    {
        if (!Enter())
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        switch (Kind)
        {
            case T.Plus:
            case T.Minus:
                _pos++;
                BExpr(PrecUnaryMinus);
                Emit(N.AExpr, mark, token, token);
                break;
            case T.Op:
                _pos++;
                BExpr(PrecOp + 1);
                Emit(N.AExpr, mark, token, token);
                break;
            case T.Operator when Peek(1) == T.LeftParen:
                _pos += 2;
                AnyOperator();
                Expect(T.RightParen);
                BExpr(PrecOp + 1);
                Emit(N.AExpr, mark, token, token);
                break;
            default:
                CExpr(allowOverlaps: false);
                break;
        }

        BExprTail(mark, token, minimum);
        Leave();
    }

    private void BExprTail(int mark, int token, int minimum)
    {
        while (true)
        {
            var kind = Kind;
            int precedence = Precedences[(int)kind];
            if (precedence < minimum || precedence == 0)
            {
                return;
            }

            var op = _pos;
            switch (precedence)
            {
                case PrecIs when kind == T.Is:
                    _pos++;
                    Accept(T.Not);
                    if (Accept(T.Document))
                    {
                        Emit(N.NullTest, mark, token, op);
                        break;
                    }

                    Expect(T.Distinct, T.From);
                    BExpr(PrecIs + 1);
                    Emit(N.NullTest, mark, token, op);
                    if (Is(T.Is))
                    {
                        SyntaxError();
                    }

                    break;
                case PrecTypeCast:
                    _pos++;
                    Typename();
                    Emit(N.TypeCast, mark, token);
                    break;
                case PrecCompare:
                case >= PrecOp and <= PrecPower:
                    _pos++;
                    if (kind == T.Operator)
                    {
                        Expect(T.LeftParen);
                        AnyOperator();
                        Expect(T.RightParen);
                    }

                    BExpr(precedence + 1);
                    Emit(N.AExpr, mark, token, op);
                    if (precedence == PrecCompare)
                    {
                        NonAssociative(precedence);
                    }

                    break;
                default:
                    return;
            }
        }
    }
}
