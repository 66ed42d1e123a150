using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>WITH.</content>
internal ref partial struct SqlGrammar
{
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
}
