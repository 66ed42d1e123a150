using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Functions, aggregates and operators that are named together with their arguments' types.</content>
internal ref partial struct SqlGrammar
{
    private void FunctionWithArgtypesList()
    {
        do
        {
            FunctionWithArgtypes();
        }
        while (Accept(T.Comma));
    }

    /// <summary>function_with_argtypes. Without arguments the name may be any word but a reserved one.</summary>
    private void FunctionWithArgtypes()
    {
        if (Peek(1) is T.LeftParen or T.Dot)
        {
            FuncName();
            if (Is(T.LeftParen))
            {
                FuncArgs();
            }
        }
        else
        {
            NonReservedWord();
        }
    }

    /// <summary>func_args.</summary>
    private void FuncArgs()
    {
        Expect(T.LeftParen);
        if (Accept(T.RightParen))
        {
            return;
        }

        do
        {
            FuncArg();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    /// <summary>func_arg: [class] [name] type, or name class type. Returns the class; the type's node is the last one.</summary>
    private T FuncArg()
    {
        var argClass = ArgClass();
        if (Has(SqlTokenTraits.TypeFunctionName) && (PeekIsType(1) || (argClass == T.None && IsArgClass(Peek(1)))))
        {
            _pos++;
            if (argClass == T.None)
            {
                argClass = ArgClass();
            }
        }

        FuncType();
        return argClass;
    }

    private static bool IsArgClass(T kind) => kind is T.In or T.Out or T.Inout or T.Variadic;

    // arg_class; None when nothing is written. IN OUT is INOUT.
    private T ArgClass()
    {
        var kind = Kind;
        if (!IsArgClass(kind))
        {
            return T.None;
        }

        _pos++;
        return kind == T.In && Accept(T.Out) ? T.Inout : kind;
    }

    // Whether a type can begin there; only then the word before it is an argument's name.
    private readonly bool PeekIsType(int ahead) => PeekHas(ahead, SqlTokenTraits.TypeFunctionName) || Peek(ahead) is T.Setof or T.Int or T.Integer or
        T.Smallint or T.Bigint or T.Real or T.Float or T.Decimal or T.Dec or T.Numeric or T.Boolean or T.Bit or T.National or T.Character or
        T.Char or T.Nchar or T.Varchar or T.Timestamp or T.Time or T.Interval or T.Json;

    private void AggregateWithArgtypesList()
    {
        do
        {
            AggregateWithArgtypes();
        }
        while (Accept(T.Comma));
    }

    /// <summary>aggregate_with_argtypes.</summary>
    private void AggregateWithArgtypes()
    {
        FuncName();
        AggrArgs();
    }

    /// <summary>aggr_args: (*), or direct and ORDER BY arguments.</summary>
    private void AggrArgs()
    {
        Expect(T.LeftParen);
        if (Accept(T.Star))
        {
            Expect(T.RightParen);
            return;
        }

        if (Accept(T.Order, T.By))
        {
            AggrArgsList(out _, out _);
            Expect(T.RightParen);
            return;
        }

        var token = _pos;
        AggrArgsList(out var variadic, out _);
        if (Accept(T.Order, T.By))
        {
            AggrArgsList(out var ordered, out var count);
            if (!Failed && variadic >= 0 && (count != 1 || ordered < 0 || !SqlTypeEquality.AreEqual(_text, _tokens, _nodes[variadic], _nodes[ordered])))
            {
                Fail("an ordered-set aggregate with a VARIADIC direct argument must have one VARIADIC aggregated argument of the same data type", token);
            }
        }

        Expect(T.RightParen);
    }

    // Gives the type's node of the last argument when it is VARIADIC, else -1.
    private void AggrArgsList(out int variadic, out int count)
    {
        count = 0;
        do
        {
            var token = _pos;
            var argClass = FuncArg();
            if (argClass is T.Out or T.Inout)
            {
                Fail("aggregates cannot have output arguments", token);
            }

            variadic = argClass == T.Variadic ? _count - 1 : -1;
            count++;
        }
        while (Accept(T.Comma));
    }

    private void OperatorWithArgtypesList()
    {
        do
        {
            OperatorWithArgtypes();
        }
        while (Accept(T.Comma));
    }

    /// <summary>operator_with_argtypes. NONE stands for a missing operand; leaving one out is refused.</summary>
    private void OperatorWithArgtypes()
    {
        AnyOperator();
        Expect(T.LeftParen);
        if (Accept(T.None, T.Comma))
        {
            Typename();
            Expect(T.RightParen);
            return;
        }

        Typename();
        if (Is(T.RightParen))
        {
            Fail("missing argument");
            return;
        }

        Expect(T.Comma);
        if (!Accept(T.None))
        {
            Typename();
        }

        Expect(T.RightParen);
    }
}
