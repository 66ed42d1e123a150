using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>CREATE and ALTER of functions, procedures, triggers, rules, types, domains, operators, aggregates, casts and their like.</content>
internal ref partial struct SqlGrammar
{
    private bool CreateRoutineFamily()
    {
        var mark = Mark;
        var token = _pos;
        var replace = Peek(1) == T.Or && Peek(2) == T.Replace;
        var word = replace ? 3 : 1;
        switch (_tokens[_pos + word].Kind)
        {
            case T.Function:
            case T.Procedure:
                _pos += word;
                CreateFunctionStmt(mark, token);
                return true;
            case T.Trigger:
                _pos += word + 1;
                CreateTrigStmt(mark, token);
                return true;
            case T.Constraint when _tokens[_pos + word + 1].Kind == T.Trigger:
                _pos += word + 2;
                CreateConstraintTrigStmt(mark, token, replace);
                return true;
            case T.Rule:
                _pos += word + 1;
                RuleStmt(mark, token);
                return true;
            case T.Aggregate:
                _pos += word + 1;
                CreateAggregateStmt(mark, token);
                return true;
            case T.Transform:
                _pos += word + 1;
                CreateTransformStmt(mark, token);
                return true;
            case T.Trusted:
            case T.Procedural:
            case T.Language:
                _pos += word;
                CreatePLangStmt(mark, token);
                return true;
        }

        return !replace && CreateRoutineKind(mark, token);
    }

    // What has no OR REPLACE.
    private bool CreateRoutineKind(int mark, int token)
    {
        switch (Peek(1))
        {
            case T.Event when Peek(2) == T.Trigger:
                _pos += 3;
                CreateEventTrigStmt(mark, token);
                return true;
            case T.Type:
                _pos += 2;
                CreateTypeStmt(mark, token);
                return true;
            case T.Domain:
                _pos += 2;
                CreateDomainStmt(mark, token);
                return true;
            case T.Operator:
                _pos += 2;
                CreateOperatorStmt(mark, token);
                return true;
            case T.Cast:
                _pos += 2;
                CreateCastStmt(mark, token);
                return true;
            case T.Collation:
                _pos += 2;
                CreateCollationStmt(mark, token);
                return true;
            case T.Default when Peek(2) == T.Conversion:
            case T.Conversion:
                _pos++;
                CreateConversionStmt(mark, token);
                return true;
            case T.Text when Peek(2) == T.Search:
                _pos += 3;
                TextSearchKind();
                AnyName();
                Definition();
                Emit(N.DefineStmt, mark, token);
                return true;
            case T.Statistics:
                _pos += 2;
                CreateStatsStmt(mark, token);
                return true;
            case T.Assertion:
                Fail("CREATE ASSERTION is not yet implemented");
                return true;
            default:
                return false;
        }
    }

    /// <summary>CreateFunctionStmt, from FUNCTION or PROCEDURE on.</summary>
    private void CreateFunctionStmt(int mark, int token)
    {
        if (!Enter())
        {
            return;
        }

        var isFunction = Accept(T.Function);
        if (!isFunction)
        {
            _pos++;
        }

        FuncName();
        var returnsColumns = FuncArgsWithDefaults(out var hasOutput);
        if (isFunction && Is(T.Returns) && Peek(1) != T.Null)
        {
            _pos++;
            if (Accept(T.Table))
            {
                if (hasOutput)
                {
                    Fail("OUT and INOUT arguments aren't allowed in TABLE functions", returnsColumns);
                }

                TableFuncColumnList();
            }
            else
            {
                FuncType();
            }
        }

        while (CreatefuncOptItem())
        {
        }

        OptRoutineBody();
        Emit(N.CreateFunctionStmt, mark, token);
        Leave();
    }

    // func_args_with_defaults. Returns the token of the last argument that is also a result.
    private int FuncArgsWithDefaults(out bool hasOutput)
    {
        var output = _pos;
        hasOutput = false;
        Expect(T.LeftParen);
        if (Accept(T.RightParen))
        {
            return output;
        }

        do
        {
            var token = _pos;
            if (FuncArg() is T.Out or T.Inout)
            {
                output = token;
                hasOutput = true;
            }

            if (Accept(T.Default) || Accept(T.Equal))
            {
                AExpr();
            }
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
        return output;
    }

    private void TableFuncColumnList()
    {
        Expect(T.LeftParen);
        do
        {
            TypeFunctionName();
            FuncType();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    private bool CreatefuncOptItem()
    {
        switch (Kind)
        {
            case T.As:
                _pos++;
                SConst();
                if (Accept(T.Comma))
                {
                    SConst();
                }

                return true;
            case T.Language:
                _pos++;
                NonReservedWordOrSconst();
                return true;
            case T.Transform:
                _pos++;
                do
                {
                    Expect(T.For, T.Type);
                    Typename();
                }
                while (Accept(T.Comma));

                return true;
            case T.Window:
                _pos++;
                return true;
            default:
                return CommonFuncOptItem();
        }
    }

    /// <summary>common_func_opt_item. False, and nothing read, when none stands here.</summary>
    private bool CommonFuncOptItem()
    {
        switch (Kind)
        {
            case T.Strict:
            case T.Immutable:
            case T.Stable:
            case T.Volatile:
            case T.Leakproof:
                _pos++;
                return true;
            case T.Not:
                _pos++;
                Expect(T.Leakproof);
                return true;
            case T.Called:
                _pos++;
                Expect(T.On);
                Expect(T.Null, T.Input);
                return true;
            case T.Returns:
                _pos++;
                Expect(T.Null, T.On);
                Expect(T.Null, T.Input);
                return true;
            case T.External:
            case T.Security:
                Accept(T.External);
                Expect(T.Security);
                if (!Accept(T.Definer))
                {
                    Expect(T.Invoker);
                }

                return true;
            case T.Cost:
            case T.Rows:
                _pos++;
                NumericOnly();
                return true;
            case T.Support:
                _pos++;
                AnyName();
                return true;
            case T.Parallel:
                _pos++;
                ColId();
                return true;
            case T.Set:
            case T.Reset:
                FunctionSetResetClause();
                return true;
            default:
                return false;
        }
    }

    private void OptRoutineBody()
    {
        if (Is(T.Return))
        {
            ReturnStmt();
            return;
        }

        if (!Accept(T.Begin))
        {
            return;
        }

        Expect(T.Atomic);
        while (!Accept(T.End))
        {
            if (Is(T.Return))
            {
                ReturnStmt();
            }
            else if (!Is(T.Semicolon))
            {
                Stmt();
            }

            if (!Accept(T.Semicolon))
            {
                SyntaxError();
                return;
            }
        }
    }

    private void ReturnStmt()
    {
        var mark = Mark;
        var token = _pos++;
        AExpr();
        Emit(N.ReturnStmt, mark, token);
    }
}
