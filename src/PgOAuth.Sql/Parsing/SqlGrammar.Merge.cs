using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>MERGE.</content>
internal ref partial struct SqlGrammar
{
    private void MergeStmt(int mark, int token, int with)
    {
        _pos++;
        Expect(T.Into);
        var relation = RelationExprOptAlias(F.Write);
        var from = Mark;
        var fromToken = _pos;
        Expect(T.Using);
        TableRef();
        Emit(N.FromClause, from, fromToken);
        Expect(T.On);
        AExpr();
        do
        {
            MergeWhen(relation);
        }
        while (Is(T.When));

        OptReturning();
        EmitWith(N.MergeStmt, mark, token, relation, F.None, with);
    }

    private void MergeWhen(int relation)
    {
        var mark = Mark;
        var token = _pos;
        Expect(T.When);
        var targetMatched = true;
        if (Accept(T.Not))
        {
            Expect(T.Matched);
            targetMatched = false;
            if (Accept(T.By) && !Accept(T.Target))
            {
                Expect(T.Source);
                targetMatched = true;
            }
        }
        else
        {
            Expect(T.Matched);
        }

        if (Accept(T.And))
        {
            AExpr();
        }

        Expect(T.Then);
        if (Accept(T.Do))
        {
            Expect(T.Nothing);
        }
        else if (!targetMatched)
        {
            Expect(T.Insert);
            MergeInsert(relation);
        }
        else if (!Accept(T.Delete))
        {
            Expect(T.Update, T.Set);
            SetClauseList(relation);
        }

        Emit(N.MergeWhenClause, mark, token);
    }

    private void MergeInsert(int relation)
    {
        if (Accept(T.Default, T.Values))
        {
            return;
        }

        if (Is(T.LeftParen))
        {
            InsertColumnList(relation);
        }

        OptOverriding();
        Expect(T.Values, T.LeftParen);
        ExprList();
        Expect(T.RightParen);
    }
}
