using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Statements around another statement: EXPLAIN, PREPARE, cursors, COPY; CALL and DO.</content>
internal ref partial struct SqlGrammar
{
    private bool CursorStmt()
    {
        var mark = Mark;
        var token = _pos;
        switch (Kind)
        {
            case T.Explain:
                ExplainStmt(mark, token);
                break;
            case T.Prepare:
                _pos++;
                ColId();
                if (Accept(T.LeftParen))
                {
                    TypeList();
                    Expect(T.RightParen);
                }

                Expect(T.As);
                PreparableStmt();
                Emit(N.PrepareStmt, mark, token);
                break;
            case T.Execute:
                ExecuteStmt();
                break;
            case T.Deallocate:
                _pos++;
                if (Is(T.Prepare) && (Peek(1) == T.All || PeekHas(1, SqlTokenTraits.ColId)))
                {
                    _pos++;
                }

                if (!Accept(T.All))
                {
                    ColId();
                }

                Emit(N.DeallocateStmt, mark, token);
                break;
            case T.Declare:
                DeclareCursorStmt();
                break;
            case T.Fetch:
            case T.Move:
                _pos++;
                FetchArgs();
                Emit(N.FetchStmt, mark, token);
                break;
            case T.Close:
                _pos++;
                if (!Accept(T.All))
                {
                    ColId();
                }

                Emit(N.ClosePortalStmt, mark, token);
                break;
            case T.Copy:
                CopyStmt(mark, token);
                break;
            case T.Call:
                CallStmt(mark, token);
                break;
            case T.Do:
                DoStmt(mark, token);
                break;
            default:
                return false;
        }

        return true;
    }

    private void ExplainStmt(int mark, int token)
    {
        _pos++;
        if (Is(T.LeftParen) && !IsSelectInParens())
        {
            UtilityOptionList();
        }
        else
        {
            _ = Accept(T.Analyze) || Accept(T.Analyse);
            Accept(T.Verbose);
        }

        ExplainableStmt();
        Emit(N.ExplainStmt, mark, token);
    }

    private void ExplainableStmt()
    {
        switch (Kind)
        {
            case T.Declare:
                DeclareCursorStmt();
                break;
            case T.Execute:
                ExecuteStmt();
                break;
            case T.Refresh:
                if (!MaintenanceStmt())
                {
                    SyntaxError();
                }

                break;
            case T.Create:
                // CREATE TABLE AS and CREATE MATERIALIZED VIEW only.
                if (!CreateTableFamily() || Failed || _nodes[_count - 1].Kind != N.CreateTableAsStmt)
                {
                    SyntaxError();
                }

                break;
            default:
                if (!AcceptPreparableStmt())
                {
                    SyntaxError();
                }

                break;
        }
    }

    /// <summary>ExecuteStmt, from its word on.</summary>
    private void ExecuteStmt()
    {
        var mark = Mark;
        var token = _pos;
        Expect(T.Execute);
        ColId();
        if (Accept(T.LeftParen))
        {
            ExprList();
            Expect(T.RightParen);
        }

        Emit(N.ExecuteStmt, mark, token);
    }

    private void DeclareCursorStmt()
    {
        var mark = Mark;
        var token = _pos++;
        ColId();
        while (Accept(T.No, T.Scroll) || Accept(T.Scroll) || Accept(T.Binary) || Accept(T.Asensitive) || Accept(T.Insensitive))
        {
        }

        Expect(T.Cursor);
        if (Accept(T.With) || Accept(T.Without))
        {
            Expect(T.Hold);
        }

        Expect(T.For);
        SelectStmt();
        Emit(N.DeclareCursorStmt, mark, token);
    }

    // Each of the words may also be the cursor's name, when nothing follows it.
    private void FetchArgs()
    {
        var more = Peek(1) is T.From or T.In || PeekHas(1, SqlTokenTraits.ColId);
        switch (Kind)
        {
            case T.Next or T.Prior or T.First or T.Last when more:
            case T.All:
                _pos++;
                break;
            case T.Absolute or T.Relative when Peek(1) is T.IConst or T.Plus or T.Minus:
                _pos++;
                SignedIconst();
                break;
            case T.Forward or T.Backward when more || Peek(1) is T.IConst or T.Plus or T.Minus or T.All:
                _pos++;
                if (Kind is T.IConst or T.Plus or T.Minus)
                {
                    SignedIconst();
                }
                else
                {
                    Accept(T.All);
                }

                break;
            case T.IConst:
            case T.Plus:
            case T.Minus:
                SignedIconst();
                break;
        }

        _ = Accept(T.From) || Accept(T.In);
        ColId();
    }

    private void CallStmt(int mark, int token)
    {
        _pos++;
        var nameMark = Mark;
        var name = _pos;
        FuncName();
        var nameEnd = _pos;
        FuncApplication(out _);
        Emit(N.FuncCall, nameMark, name, nameEnd);
        Emit(N.CallStmt, mark, token);
    }

    /// <summary>func_name: one type_function_name, or a ColId with attributes.</summary>
    private void FuncName()
    {
        if (Has(SqlTokenTraits.ColId) && Peek(1) == T.Dot)
        {
            AnyName();
        }
        else
        {
            TypeFunctionName();
        }
    }

    private void DoStmt(int mark, int token)
    {
        _pos++;
        do
        {
            if (Accept(T.Language))
            {
                NonReservedWordOrSconst();
            }
            else
            {
                SConst();
            }
        }
        while (Kind is T.SConst or T.Language);

        Emit(N.DoStmt, mark, token);
    }
}
