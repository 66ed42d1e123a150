using PgOAuth.Sql.Lexing;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>CREATE of triggers, event triggers, rules.</content>
internal ref partial struct SqlGrammar
{
    private void CreateTrigStmt(int mark, int token)
    {
        ColId();
        if (Accept(T.Instead))
        {
            Expect(T.Of);
        }
        else if (!Accept(T.Before))
        {
            Expect(T.After);
        }

        TriggerEvents();
        Expect(T.On);
        QualifiedName(F.Write);
        if (Accept(T.Referencing))
        {
            do
            {
                TriggerTransition();
            }
            while (Kind is T.New or T.Old);
        }

        if (Accept(T.For))
        {
            Accept(T.Each);
            if (!Accept(T.Row))
            {
                Expect(T.Statement);
            }
        }

        TriggerCall();
        Emit(N.CreateTrigStmt, mark, token);
    }

    private void CreateConstraintTrigStmt(int mark, int token, bool replace)
    {
        if (replace)
        {
            Fail("CREATE OR REPLACE CONSTRAINT TRIGGER is not supported", token);
        }

        ColId();
        Expect(T.After);
        TriggerEvents();
        Expect(T.On);
        QualifiedName(F.Write);
        if (Accept(T.From))
        {
            QualifiedName(F.Read);
        }

        ConstraintAttributeSpec("TRIGGER constraints can only be DEFERRABLE or not", SqlConstraintAttributes.AnyDeferrable);
        Expect(T.For);
        Expect(T.Each, T.Row);
        TriggerCall();
        Emit(N.CreateTrigStmt, mark, token);
    }

    // Each event once, in any order.
    private void TriggerEvents()
    {
        var seen = 0;
        do
        {
            var token = _pos;
            int bit;
            switch (Kind)
            {
                case T.Insert:
                    bit = 1;
                    break;
                case T.Delete:
                    bit = 2;
                    break;
                case T.Update:
                    bit = 4;
                    break;
                case T.Truncate:
                    bit = 8;
                    break;
                default:
                    SyntaxError();
                    return;
            }

            _pos++;
            if (bit == 4 && Accept(T.Of))
            {
                NameList();
            }

            if ((seen & bit) != 0)
            {
                Fail("duplicate trigger events specified", token);
            }

            seen |= bit;
        }
        while (Accept(T.Or));
    }

    private void TriggerTransition()
    {
        if (!Accept(T.New))
        {
            Expect(T.Old);
        }

        if (!Accept(T.Table))
        {
            Expect(T.Row);
        }

        Accept(T.As);
        ColId();
    }

    // TriggerWhen and what is executed.
    private void TriggerCall()
    {
        if (Accept(T.When))
        {
            Expect(T.LeftParen);
            AExpr();
            Expect(T.RightParen);
        }

        ExecuteFunction();

        // The first argument may be missing where more follow.
        TriggerFuncArg();
        while (Accept(T.Comma))
        {
            if (!TriggerFuncArg())
            {
                SyntaxError();
            }
        }

        Expect(T.RightParen);
    }

    private bool TriggerFuncArg()
    {
        if (Kind is T.IConst or T.FConst or T.SConst || Has(SqlTokenTraits.ColLabel))
        {
            _pos++;
            return true;
        }

        return false;
    }

    // EXECUTE, the function's name and the bracket of its arguments.
    private void ExecuteFunction()
    {
        Expect(T.Execute);
        if (!Accept(T.Function))
        {
            Expect(T.Procedure);
        }

        FuncName();
        Expect(T.LeftParen);
    }

    private void CreateEventTrigStmt(int mark, int token)
    {
        ColId();
        Expect(T.On);
        ColLabel();
        if (Accept(T.When))
        {
            do
            {
                ColId();
                Expect(T.In, T.LeftParen);
                SConstList();
                Expect(T.RightParen);
            }
            while (Accept(T.And));
        }

        ExecuteFunction();
        Expect(T.RightParen);
        Emit(N.CreateEventTrigStmt, mark, token);
    }

    private void SConstList()
    {
        do
        {
            SConst();
        }
        while (Accept(T.Comma));
    }

    private void RuleStmt(int mark, int token)
    {
        ColId();
        Expect(T.As, T.On);
        if (!(Accept(T.Select) || Accept(T.Update) || Accept(T.Delete)))
        {
            Expect(T.Insert);
        }

        Expect(T.To);
        QualifiedName(F.Write);
        OptWhereClause();
        Expect(T.Do);
        _ = Accept(T.Instead) || Accept(T.Also);
        if (!Accept(T.Nothing))
        {
            RuleActionList();
        }

        Emit(N.RuleStmt, mark, token);
    }

    private void RuleActionList()
    {
        if (!Is(T.LeftParen) || IsBracketedSelect())
        {
            if (!RuleActionStmt())
            {
                SyntaxError();
            }

            return;
        }

        Expect(T.LeftParen);
        RuleActionStmt();
        while (Accept(T.Semicolon))
        {
            RuleActionStmt();
        }

        Expect(T.RightParen);
    }

    // (SELECT ..) is a SELECT, which may go on after its bracket, and no list of one action.
    private bool IsBracketedSelect()
    {
        if (!IsSelectInParens())
        {
            return false;
        }

        var depth = 0;
        for (var p = _pos; p < _tokenCount; p++)
        {
            switch (_tokens[p].Kind)
            {
                case T.LeftParen:
                    depth++;
                    break;
                case T.RightParen when --depth == 0:
                    return !(Peek(1) is T.With or T.WithLa) || IsSelectAfterWith();
                case T.Semicolon when depth == 1:
                    return false;
            }
        }

        return true;
    }

    // Only behind its WITH it shows what a statement is: it is read and then forgotten.
    private bool IsSelectAfterWith()
    {
        var mark = Mark;
        var token = _pos++;
        PreparableStmt();
        if (Failed)
        {
            return false;
        }

        var isSelect = _nodes[_count - 1].Kind == N.SelectStmt;
        _count = mark;
        _pos = token;
        return isSelect;
    }

    /// <summary>RuleActionStmt: what PreparableStmt allows but for MERGE, or NOTIFY. False, and nothing read, when none stands here.</summary>
    private bool RuleActionStmt()
    {
        if (Is(T.Notify))
        {
            return SessionStmt();
        }

        if (!AcceptPreparableStmt())
        {
            return false;
        }

        if (!Failed && _nodes[_count - 1].Kind == N.MergeStmt)
        {
            SyntaxError();
        }

        return true;
    }
}
