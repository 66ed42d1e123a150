using PgOAuth.Sql.Lexing;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>CREATE of aggregates, operators and their classes, casts, collations, conversions, transforms, languages, statistics.</content>
internal ref partial struct SqlGrammar
{
    private void CreateAggregateStmt(int mark, int token)
    {
        FuncName();
        if (Is(T.LeftParen) && Peek(1) == T.Ident && Peek(2) == T.Equal)
        {
            OldAggrDefinition();
        }
        else
        {
            AggrArgs();
            Definition();
        }

        Emit(N.DefineStmt, mark, token);
    }

    // Unlike in a definition, no keyword may name an option, and each has a value.
    private void OldAggrDefinition()
    {
        Expect(T.LeftParen);
        do
        {
            Expect(T.Ident, T.Equal);
            DefArg();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    // CLASS and FAMILY may also be the schema of an operator.
    private void CreateOperatorStmt(int mark, int token)
    {
        if (Is(T.Class) && Peek(1) != T.Dot)
        {
            _pos++;
            CreateOpClassStmt(mark, token);
        }
        else if (Is(T.Family) && Peek(1) != T.Dot)
        {
            _pos++;
            AnyName();
            Expect(T.Using);
            ColId();
            Emit(N.CreateOpFamilyStmt, mark, token);
        }
        else
        {
            AnyOperator();
            Definition();
            Emit(N.DefineStmt, mark, token);
        }
    }

    private void CreateOpClassStmt(int mark, int token)
    {
        AnyName();
        Accept(T.Default);
        Expect(T.For, T.Type);
        Typename();
        Expect(T.Using);
        ColId();
        if (Accept(T.Family))
        {
            AnyName();
        }

        Expect(T.As);
        OpclassItemList();
        Emit(N.CreateOpClassStmt, mark, token);
    }

    private void OpclassItemList()
    {
        do
        {
            OpclassItem();
        }
        while (Accept(T.Comma));
    }

    private void OpclassItem()
    {
        if (Accept(T.Storage))
        {
            Typename();
        }
        else if (Accept(T.Function))
        {
            IConst();
            if (Is(T.LeftParen))
            {
                TypeListInParens();
            }

            FunctionWithArgtypes();
        }
        else
        {
            Expect(T.Operator);
            IConst();
            OpclassOperator();
            if (Accept(T.For))
            {
                if (!Accept(T.Search))
                {
                    Expect(T.Order, T.By);
                    AnyName();
                }
            }
        }
    }

    // any_operator or operator_with_argtypes.
    private void OpclassOperator()
    {
        var p = _pos;
        while (_tokens[p + 1].Kind == T.Dot)
        {
            p += 2;
        }

        if (_tokens[p + 1].Kind == T.LeftParen)
        {
            OperatorWithArgtypes();
        }
        else
        {
            AnyOperator();
        }
    }

    private void TypeListInParens()
    {
        Expect(T.LeftParen);
        TypeList();
        Expect(T.RightParen);
    }

    private void AlterOpFamilyStmt(int mark, int token)
    {
        AnyName();
        Expect(T.Using);
        ColId();
        if (Accept(T.Add))
        {
            OpclassItemList();
        }
        else if (Accept(T.Drop))
        {
            do
            {
                if (!Accept(T.Operator))
                {
                    Expect(T.Function);
                }

                IConst();
                TypeListInParens();
            }
            while (Accept(T.Comma));
        }
        else
        {
            AlterForm(mark, token, RenameOwnerSchema);
            return;
        }

        Emit(N.AlterOpFamilyStmt, mark, token);
    }

    private void CreateCastStmt(int mark, int token)
    {
        Expect(T.LeftParen);
        Typename();
        Expect(T.As);
        Typename();
        Expect(T.RightParen);
        if (Accept(T.Without))
        {
            Expect(T.Function);
        }
        else
        {
            Expect(T.With);
            if (!Accept(T.Inout))
            {
                Expect(T.Function);
                FunctionWithArgtypes();
            }
        }

        if (Accept(T.As) && !Accept(T.Implicit))
        {
            Expect(T.Assignment);
        }

        Emit(N.CreateCastStmt, mark, token);
    }

    private void CreateCollationStmt(int mark, int token)
    {
        OptIfNotExists();
        AnyName();
        if (Accept(T.From))
        {
            AnyName();
        }
        else
        {
            Definition();
        }

        Emit(N.DefineStmt, mark, token);
    }

    private void CreateConversionStmt(int mark, int token)
    {
        Accept(T.Default);
        Expect(T.Conversion);
        AnyName();
        Expect(T.For);
        SConst();
        Expect(T.To);
        SConst();
        Expect(T.From);
        AnyName();
        Emit(N.CreateConversionStmt, mark, token);
    }

    // Which of the objects of text search.
    private T TextSearchKind()
    {
        var kind = Kind;
        if (kind is T.Parser or T.Dictionary or T.Template or T.Configuration)
        {
            _pos++;
        }
        else
        {
            SyntaxError();
        }

        return kind;
    }

    private void CreateTransformStmt(int mark, int token)
    {
        Expect(T.For);
        Typename();
        Expect(T.Language);
        ColId();
        Expect(T.LeftParen);
        var first = TransformElement();
        if (Accept(T.Comma) && TransformElement() == first)
        {
            SyntaxError();
        }

        Expect(T.RightParen);
        Emit(N.CreateTransformStmt, mark, token);
    }

    // FROM or TO SQL; returns which.
    private T TransformElement()
    {
        var kind = Kind;
        if (!Accept(T.From))
        {
            Expect(T.To);
        }

        Expect(T.Sql);
        Expect(T.With, T.Function);
        FunctionWithArgtypes();
        return kind;
    }

    // Without a handler it is another way to write CREATE EXTENSION.
    private void CreatePLangStmt(int mark, int token)
    {
        Accept(T.Trusted);
        Accept(T.Procedural);
        Expect(T.Language);
        ColId();
        if (!Accept(T.Handler))
        {
            Emit(N.CreateExtensionStmt, mark, token);
            return;
        }

        AnyName();
        if (Accept(T.Inline))
        {
            AnyName();
        }

        if (Accept(T.Validator))
        {
            AnyName();
        }
        else if (Accept(T.No))
        {
            Expect(T.Validator);
        }

        Emit(N.CreatePLangStmt, mark, token);
    }

    private void CreateStatsStmt(int mark, int token)
    {
        if (OptIfNotExists() || !(Kind is T.LeftParen or T.On))
        {
            AnyName();
        }

        OptNameList();
        Expect(T.On);
        do
        {
            StatsParam();
        }
        while (Accept(T.Comma));

        Expect(T.From);
        FromList();
        Emit(N.CreateStatsStmt, mark, token);
    }

    private void StatsParam()
    {
        if (Accept(T.LeftParen))
        {
            AExpr();
            Expect(T.RightParen);
        }
        else if (Has(SqlTokenTraits.ColId) && Peek(1) is T.Comma or T.From)
        {
            _pos++;
        }
        else
        {
            FuncExprWindowless();
        }
    }
}
