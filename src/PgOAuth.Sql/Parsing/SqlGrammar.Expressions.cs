using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>a_expr and b_expr by precedence climbing over gram.y's precedence table.</content>
internal ref partial struct SqlGrammar
{
    // gram.y's %left, %right and %nonassoc lines, lowest first. Those in between matter to names, not to operators.
    private const int PrecOr = 1;
    private const int PrecAnd = 2;
    private const int PrecNot = 3;
    private const int PrecIs = 4;         // nonassoc: IS ISNULL NOTNULL
    private const int PrecCompare = 5;    // nonassoc: < > = <= >= <>
    private const int PrecLike = 6;       // nonassoc: BETWEEN IN LIKE ILIKE SIMILAR NOT_LA
    private const int PrecOp = 9;
    private const int PrecAdd = 10;
    private const int PrecMultiply = 11;
    private const int PrecPower = 12;
    private const int PrecAt = 13;
    private const int PrecCollate = 14;
    private const int PrecUnaryMinus = 15;
    private const int PrecTypeCast = 18;

    private static readonly byte[] Precedences = BuildPrecedences();

    // What the context of an expression adds to it.
    private enum ExprContext
    {
        None,

        /// <summary>An item of a select list: an operator's keyword may be its bare label (<c>SELECT a is</c>).</summary>
        Target,

        /// <summary>The first argument of SUBSTRING: SIMILAR without TO ends it.</summary>
        Substring,
    }

    private static byte[] BuildPrecedences()
    {
        var table = new byte[(int)SqlKeywords.Last + 1];
        table[(int)T.Or] = PrecOr;
        table[(int)T.And] = PrecAnd;
        foreach (var kind in (ReadOnlySpan<T>)[T.Is, T.Isnull, T.Notnull])
        {
            table[(int)kind] = PrecIs;
        }

        foreach (var kind in (ReadOnlySpan<T>)[T.Less, T.Greater, T.Equal, T.LessEquals, T.GreaterEquals, T.NotEquals])
        {
            table[(int)kind] = PrecCompare;
        }

        foreach (var kind in (ReadOnlySpan<T>)[T.Between, T.In, T.Like, T.Ilike, T.Similar, T.NotLa])
        {
            table[(int)kind] = PrecLike;
        }

        table[(int)T.Op] = PrecOp;
        table[(int)T.Operator] = PrecOp;
        table[(int)T.Plus] = PrecAdd;
        table[(int)T.Minus] = PrecAdd;
        table[(int)T.Star] = PrecMultiply;
        table[(int)T.Slash] = PrecMultiply;
        table[(int)T.Percent] = PrecMultiply;
        table[(int)T.Caret] = PrecPower;
        table[(int)T.At] = PrecAt;
        table[(int)T.Collate] = PrecCollate;
        table[(int)T.TypeCast] = PrecTypeCast;
        return table;
    }

    /// <summary>a_expr.</summary>
    private void AExpr() => AExpr(1, ExprContext.None);

    private void AExpr(int minimum, ExprContext context = ExprContext.None)
    {
        if (!Enter())
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        AExprOperand();
        if (Precedences[(int)Kind] >= minimum)
        {
            AExprTail(mark, token, minimum, context);
        }

        Leave();
    }

    /// <summary>expr_list.</summary>
    private void ExprList()
    {
        do
        {
            AExpr();
        }
        while (Accept(T.Comma));
    }

    // What an a_expr can begin with: prefix operators and c_expr.
    private void AExprOperand()
    {
        var mark = Mark;
        var token = _pos;
        switch (Kind)
        {
            case T.Plus:
            case T.Minus:
                _pos++;
                AExpr(PrecUnaryMinus);
                Emit(N.AExpr, mark, token, token);
                break;
            case T.Op:
                _pos++;
                AExpr(PrecOp + 1);
                Emit(N.AExpr, mark, token, token);
                break;
            case T.Operator when Peek(1) == T.LeftParen:
                _pos += 2;
                AnyOperator();
                Expect(T.RightParen);
                AExpr(PrecOp + 1);
                Emit(N.AExpr, mark, token, token);
                break;
            case T.Not:
            case T.NotLa:
                _pos++;
                AExpr(PrecNot);
                Emit(N.BoolExpr, mark, token, token);
                break;
            case T.Unique:
                _pos++;
                OptNullsDistinct();
                SelectWithParens();
                Fail("UNIQUE predicate is not yet implemented", token);
                break;
            case T.Default:
                _pos++;
                Emit(N.SetToDefault, mark, token);
                break;
            default:
                CExpr(allowOverlaps: true);
                break;
        }
    }

    /// <summary>opt_unique_null_treatment.</summary>
    private void OptNullsDistinct()
    {
        if (Accept(T.Nulls))
        {
            Accept(T.Not);
            Expect(T.Distinct);
        }
    }

    // Operators that follow an operand, as long as they bind at least as tightly as the minimum.
    private void AExprTail(int mark, int token, int minimum, ExprContext context)
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
            if (context != ExprContext.None && EndsInContext(kind, context))
            {
                return;
            }

            _pos++;
            switch (precedence)
            {
                case PrecOr:
                case PrecAnd:
                    AExpr(precedence + 1);
                    Emit(N.BoolExpr, mark, token, op);
                    break;
                case PrecIs:
                    IsTail(kind, mark, token, op);
                    break;
                case PrecLike:
                    LikeTail(kind, mark, token, op);
                    break;
                case PrecAt:
                    if (!Accept(T.Local))
                    {
                        Expect(T.Time, T.Zone);
                        AExpr(PrecAt + 1);
                    }

                    Special(SqlSpecialFunction.Timezone, mark, token);
                    break;
                case PrecCollate:
                    AnyName();
                    Emit(N.CollateClause, mark, token);
                    break;
                case PrecTypeCast:
                    Typename();
                    Emit(N.TypeCast, mark, token);
                    break;
                default:
                    if (kind == T.Operator)
                    {
                        Expect(T.LeftParen);
                        AnyOperator();
                        Expect(T.RightParen);
                    }

                    if (!OptSubType(mark, token))
                    {
                        AExpr(precedence + 1);
                        Emit(N.AExpr, mark, token, op);
                        if (precedence == PrecCompare)
                        {
                            NonAssociative(precedence);
                        }
                    }

                    break;
            }
        }
    }

    // %nonassoc: after a complete right operand, an operator of the same line is an error.
    private void NonAssociative(int precedence)
    {
        if (Precedences[(int)Kind] == precedence)
        {
            SyntaxError();
        }
    }

    // An operator's keyword that does not continue the expression here.
    private readonly bool EndsInContext(T kind, ExprContext context) => context == ExprContext.Substring
        ? kind == T.Similar && Peek(1) != T.To
        : kind >= SqlKeywords.First && PeekHas(0, SqlTokenTraits.BareColLabel) && (Peek(1) == T.Comma || EndsSelectPart(Peek(1)));

    // What can follow a select list, or one of its items; none of these can go on with an expression. CREATE and GRANT begin the
    // next element of a CREATE SCHEMA.
    private static bool EndsSelectPart(T kind) => kind is T.EndOfText or T.Semicolon or T.RightParen or T.From or T.Into or T.Where or T.Group or
        T.Having or T.Window or T.Union or T.Intersect or T.Except or T.Order or T.Limit or T.Offset or T.Fetch or T.For or T.On or
        T.Returning or T.With or T.FormatLa or T.Create or T.Grant;

    // After IS, ISNULL, NOTNULL.
    private void IsTail(T kind, int mark, int token, int op)
    {
        if (kind != T.Is)
        {
            Emit(N.NullTest, mark, token, op);
            return;
        }

        Accept(T.Not);
        switch (Kind)
        {
            case T.Null:
            case T.True:
            case T.False:
            case T.Unknown:
            case T.Document:
                _pos++;
                break;
            case T.Distinct:
                _pos++;
                Expect(T.From);
                AExpr(PrecIs + 1);
                Emit(N.NullTest, mark, token, op);
                NonAssociative(PrecIs);
                return;
            case T.Nfc:
            case T.Nfd:
            case T.Nfkc:
            case T.Nfkd:
                _pos++;
                Expect(T.Normalized);
                Special(SqlSpecialFunction.IsNormalized, mark, token);
                return;
            case T.Normalized:
                _pos++;
                Special(SqlSpecialFunction.IsNormalized, mark, token);
                return;
            case T.Json:
                _pos++;
                _ = Accept(T.Value) || Accept(T.Array) || Accept(T.Object) || Accept(T.Scalar);
                JsonKeyUniqueness();
                break;
            default:
                SyntaxError();
                break;
        }

        Emit(N.NullTest, mark, token, op);
    }

    // After BETWEEN, IN, LIKE, ILIKE, SIMILAR or the NOT before one of them.
    private void LikeTail(T kind, int mark, int token, int op)
    {
        if (kind == T.NotLa)
        {
            kind = Kind;
            _pos++;
        }

        switch (kind)
        {
            case T.Between:
                _ = Accept(T.Symmetric) || Accept(T.Asymmetric);
                BExpr();
                Expect(T.And);
                AExpr(PrecLike + 1);
                Emit(N.AExpr, mark, token, op);
                NonAssociative(PrecLike);
                break;
            case T.In:
                InExpr(mark, token, op);
                break;
            case T.Similar:
                Expect(T.To);
                AExpr(PrecLike + 1);
                if (Accept(T.Escape))
                {
                    AExpr(PrecLike + 1);
                }

                Special(SqlSpecialFunction.SimilarToEscape, mark, token);
                Emit(N.AExpr, mark, token, op);
                NonAssociative(PrecLike);
                break;
            default:
                if (OptSubType(mark, token))
                {
                    break;
                }

                AExpr(PrecLike + 1);
                if (Accept(T.Escape))
                {
                    AExpr(PrecLike + 1);
                    Special(SqlSpecialFunction.LikeEscape, mark, token);
                }

                Emit(N.AExpr, mark, token, op);
                NonAssociative(PrecLike);
                break;
        }
    }

    private void InExpr(int mark, int token, int op)
    {
        if (!Is(T.LeftParen))
        {
            SyntaxError();
            return;
        }

        // A SELECT in brackets, or a list of expressions.
        if (Parenthesized(listAllowed: true) == ParenContent.Select)
        {
            Emit(N.SubLink, mark, token, op);
        }
        else
        {
            Emit(N.AExpr, mark, token, op);
        }
    }

    // sub_type and its argument: ANY (..), SOME (..), ALL (..).
    private bool OptSubType(int mark, int token)
    {
        if (!(Accept(T.Any) || Accept(T.Some) || Accept(T.All)))
        {
            return false;
        }

        if (!Is(T.LeftParen))
        {
            SyntaxError();
            return true;
        }

        Parenthesized(listAllowed: false);
        Emit(N.SubLink, mark, token);
        return true;
    }

    private int Special(SqlSpecialFunction function, int mark, int token) =>
        Emit(N.FuncCall, mark, token, (int)function, SqlNodeFlags.SpecialSyntax);
}
