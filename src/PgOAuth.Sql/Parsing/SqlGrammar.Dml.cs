using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>INSERT, UPDATE, DELETE, MERGE.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>PreparableStmt: SELECT, INSERT, UPDATE, DELETE or MERGE, each with or without WITH. False when none stands here.</summary>
    private bool AcceptPreparableStmt()
    {
        if (!(Kind is T.Insert or T.Update or T.Delete or T.Merge or T.LeftParen) && !IsSelectStart())
        {
            return false;
        }

        PreparableStmt();
        return true;
    }

    private void PreparableStmt()
    {
        if (!Enter())
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        var with = OptWithClause();
        switch (Kind)
        {
            case T.Insert:
                InsertStmt(mark, token, with);
                break;
            case T.Update:
                UpdateStmt(mark, token, with);
                break;
            case T.Delete:
                DeleteStmt(mark, token, with);
                break;
            case T.Merge:
                MergeStmt(mark, token, with);
                break;
            default:
                SelectAfterWith(mark, token, with);
                break;
        }

        Leave();
    }

    /// <summary>Emits a statement and tells its WITH whose it is.</summary>
    private void EmitWith(N kind, int mark, int token, int payload, F flags, int with)
    {
        var node = Emit(kind, mark, token, payload, with >= 0 ? flags | F.HasWith : flags);
        if (with >= 0)
        {
            _nodes[with].Payload = node;
        }
    }

    private void InsertStmt(int mark, int token, int with)
    {
        _pos++;
        Expect(T.Into);
        var relation = QualifiedName(F.Write);
        if (Accept(T.As))
        {
            _nodes[relation].Payload = ColId();
        }

        if (!Accept(T.Default, T.Values))
        {
            if (Is(T.LeftParen) && !IsSelectInParens())
            {
                InsertColumnList(relation);
            }

            OptOverriding();
            SelectStmt();
        }

        if (Is(T.On))
        {
            OnConflict(relation);
        }

        OptReturning();
        EmitWith(N.InsertStmt, mark, token, relation, F.None, with);
    }

    // Whether behind this bracket, and more of them, a SELECT begins.
    private readonly bool IsSelectInParens()
    {
        var p = _pos;
        while (_tokens[p].Kind == T.LeftParen)
        {
            p++;
        }

        return _tokens[p].Kind is T.Select or T.Table or T.With or T.WithLa || (_tokens[p].Kind == T.Values && _tokens[p + 1].Kind == T.LeftParen);
    }

    private void InsertColumnList(int relation)
    {
        Expect(T.LeftParen);
        do
        {
            SetTarget(relation);
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    private void OptOverriding()
    {
        if (Accept(T.Overriding))
        {
            if (!Accept(T.User))
            {
                Expect(T.System);
            }

            Expect(T.Value);
        }
    }

    /// <summary>A column that is set, with its indirection.</summary>
    private void SetTarget(int relation)
    {
        var mark = Mark;
        var token = ColId();
        var star = false;
        while (Kind is T.Dot or T.LeftBracket)
        {
            if (star)
            {
                Fail("improper use of \"*\"");
            }
            else if (Accept(T.Dot))
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

        Emit(N.SetTarget, mark, token, relation);
    }

    /// <summary>set_clause_list.</summary>
    private void SetClauseList(int relation)
    {
        do
        {
            if (Accept(T.LeftParen))
            {
                var mark = Mark;
                var token = _pos - 1;
                do
                {
                    SetTarget(relation);
                }
                while (Accept(T.Comma));

                Expect(T.RightParen);
                Expect(T.Equal);
                AExpr();
                Emit(N.MultiAssign, mark, token);
            }
            else
            {
                SetTarget(relation);
                Expect(T.Equal);
                AExpr();
            }
        }
        while (Accept(T.Comma));
    }

    private void OnConflict(int relation)
    {
        var mark = Mark;
        var token = _pos++;
        Expect(T.Conflict);
        if (Accept(T.LeftParen))
        {
            IndexParams();
            Expect(T.RightParen);
            OptWhereClause();
        }
        else if (Accept(T.On))
        {
            Expect(T.Constraint);
            ColId();
        }

        Expect(T.Do);
        if (!Accept(T.Nothing))
        {
            Expect(T.Update, T.Set);
            SetClauseList(relation);
            OptWhereClause();
        }

        Emit(N.OnConflictClause, mark, token);
    }

    /// <summary>index_params.</summary>
    private void IndexParams()
    {
        do
        {
            IndexElem();
        }
        while (Accept(T.Comma));
    }

    /// <summary>index_elem: a column, a call, or an expression in brackets; collation, operator class, order.</summary>
    private void IndexElem()
    {
        var mark = Mark;
        var token = _pos;
        if (Accept(T.LeftParen))
        {
            AExpr();
            Expect(T.RightParen);
        }
        else if (Has(SqlTokenTraits.ColId) && Peek(1) is not (T.LeftParen or T.Dot))
        {
            _pos++;
        }
        else
        {
            FuncExprWindowless();
        }

        OptCollate();
        if (Has(SqlTokenTraits.ColId))
        {
            AnyName();
            if (Is(T.LeftParen))
            {
                Reloptions();
            }
        }

        OptAscDesc();
        OptNullsOrder();
        Emit(N.IndexElem, mark, token);
    }

    /// <summary>returning_clause.</summary>
    private void OptReturning()
    {
        if (!Is(T.Returning))
        {
            return;
        }

        var mark = Mark;
        var token = _pos++;
        if (Accept(T.With))
        {
            Expect(T.LeftParen);
            do
            {
                if (!Accept(T.Old))
                {
                    Expect(T.New);
                }

                Expect(T.As);
                ColId();
            }
            while (Accept(T.Comma));

            Expect(T.RightParen);
        }

        TargetList();
        Emit(N.ReturningClause, mark, token);
    }

    private void UpdateStmt(int mark, int token, int with)
    {
        _pos++;
        var relation = RelationExprOptAlias(F.Write);
        Expect(T.Set);
        SetClauseList(relation);
        OptFromClause();
        WhereOrCurrentClause();
        OptReturning();
        EmitWith(N.UpdateStmt, mark, token, relation, F.None, with);
    }

    private void DeleteStmt(int mark, int token, int with)
    {
        _pos++;
        Expect(T.From);
        var relation = RelationExprOptAlias(F.Write);
        if (Is(T.Using))
        {
            var usingMark = Mark;
            var usingToken = _pos++;
            FromList();
            Emit(N.FromClause, usingMark, usingToken);
        }

        WhereOrCurrentClause();
        OptReturning();
        EmitWith(N.DeleteStmt, mark, token, relation, F.None, with);
    }

    private void WhereOrCurrentClause()
    {
        if (Is(T.Where) && Peek(1) == T.Current && Peek(2) == T.Of)
        {
            var mark = Mark;
            var token = _pos;
            _pos += 3;
            ColId();
            Emit(N.CurrentOfExpr, mark, token);
            return;
        }

        OptWhereClause();
    }
}
