using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Names: ColId and its kin, qualified_name, any_name, roles; lists of them.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>ColId. Returns its token.</summary>
    private int ColId()
    {
        if (!Has(SqlTokenTraits.ColId))
        {
            SyntaxError();
            return _pos;
        }

        return _pos++;
    }

    /// <summary>ColLabel: any word. Returns its token.</summary>
    private int ColLabel()
    {
        if (!Has(SqlTokenTraits.ColLabel))
        {
            SyntaxError();
            return _pos;
        }

        return _pos++;
    }

    private int TypeFunctionName()
    {
        if (!Has(SqlTokenTraits.TypeFunctionName))
        {
            SyntaxError();
            return _pos;
        }

        return _pos++;
    }

    private int NonReservedWord()
    {
        if (!Has(SqlTokenTraits.NonReservedWord))
        {
            SyntaxError();
            return _pos;
        }

        return _pos++;
    }

    private int SConst()
    {
        Expect(T.SConst);
        return _pos - 1;
    }

    private int IConst()
    {
        Expect(T.IConst);
        return _pos - 1;
    }

    /// <summary>SignedIconst.</summary>
    private void SignedIconst()
    {
        _ = Accept(T.Plus) || Accept(T.Minus);
        IConst();
    }

    /// <summary>NumericOnly: an integer or other number with an optional sign.</summary>
    private void NumericOnly()
    {
        if (!AcceptNumericOnly())
        {
            SyntaxError();
        }
    }

    private bool AcceptNumericOnly()
    {
        var sign = Kind is T.Plus or T.Minus ? 1 : 0;
        if (Peek(sign) is not (T.IConst or T.FConst))
        {
            return false;
        }

        _pos += sign + 1;
        return true;
    }

    private void NonReservedWordOrSconst()
    {
        if (!Accept(T.SConst))
        {
            NonReservedWord();
        }
    }

    /// <summary>opt_boolean_or_string: TRUE, FALSE, ON, a word or a string.</summary>
    private bool AcceptBooleanOrString()
    {
        if (Kind is T.True or T.False or T.On or T.SConst || Has(SqlTokenTraits.NonReservedWord))
        {
            _pos++;
            return true;
        }

        return false;
    }

    private void BooleanOrString()
    {
        if (!AcceptBooleanOrString())
        {
            SyntaxError();
        }
    }

    /// <summary>RoleSpec.</summary>
    private void RoleSpec()
    {
        if (Kind is T.CurrentRole or T.CurrentUser or T.SessionUser)
        {
            _pos++;
            return;
        }

        // "none" is a word of the grammar's but no role.
        var token = NonReservedWord();
        if (!Failed && TokenEquals(token, "none"u8))
        {
            Fail("role name \"none\" is reserved", token);
        }
    }

    /// <summary>RoleId: a RoleSpec that names a role.</summary>
    private void RoleId()
    {
        var token = _pos;
        if (Kind is T.CurrentRole or T.CurrentUser or T.SessionUser)
        {
            Fail("role name cannot be used as a role name here");
            return;
        }

        RoleSpec();
        if (!Failed && TokenEquals(token, "public"u8))
        {
            Fail("role name \"public\" is reserved", token);
        }
    }

    private void RoleList()
    {
        do
        {
            RoleSpec();
        }
        while (Accept(T.Comma));
    }

    /// <summary>name_list, columnList: ColIds between commas.</summary>
    private void NameList()
    {
        do
        {
            ColId();
        }
        while (Accept(T.Comma));
    }

    /// <summary>opt_name_list, opt_column_list.</summary>
    private bool OptNameList()
    {
        if (!Accept(T.LeftParen))
        {
            return false;
        }

        NameList();
        Expect(T.RightParen);
        return true;
    }

    /// <summary>any_name: ColId and attributes. Returns the number of words.</summary>
    private int AnyName()
    {
        ColId();
        return 1 + Attrs();
    }

    private int Attrs()
    {
        var words = 0;
        while (Accept(T.Dot))
        {
            ColLabel();
            words++;
        }

        return words;
    }

    private void AnyNameList()
    {
        do
        {
            AnyName();
        }
        while (Accept(T.Comma));
    }

    /// <summary>any_operator: [schema.]* operator.</summary>
    private void AnyOperator()
    {
        var words = 0;
        while (Has(SqlTokenTraits.ColId) && Peek(1) == T.Dot)
        {
            _pos += 2;

            // PostgreSQL's rule holds itself for each word.
            if (++words > MaxDepth)
            {
                TooDeep();
            }
        }

        AllOp();
    }

    private void AllOp()
    {
        if (IsAllOp(Kind))
        {
            _pos++;
        }
        else
        {
            SyntaxError();
        }
    }

    private static bool IsAllOp(T kind) => kind is T.Op or T.LessEquals or T.GreaterEquals or T.NotEquals or T.Plus or T.Minus or T.Star or
        T.Slash or T.Percent or T.Caret or T.Less or T.Greater or T.Equal;

    /// <summary>qual_all_Op.</summary>
    private void QualAllOp()
    {
        if (Accept(T.Operator, T.LeftParen))
        {
            AnyOperator();
            Expect(T.RightParen);
        }
        else
        {
            AllOp();
        }
    }

    /// <summary>qualified_name as a relation in the given role. Returns the RangeVar's index.</summary>
    /// <remarks>The grammar takes any indirection here and its actions refuse all but one to three words.</remarks>
    private int QualifiedName(SqlNodeFlags role)
    {
        var token = ColId();
        if (Is(T.Dot))
        {
            var words = 1 + Attrs();
            if (words > 3)
            {
                Fail("improper qualified name (too many dotted names)", token);
            }
        }

        if (Is(T.LeftBracket))
        {
            SyntaxError();
        }

        return Emit(N.RangeVar, Mark, token, -1, role);
    }

    private void QualifiedNameList(SqlNodeFlags role)
    {
        do
        {
            QualifiedName(role);
        }
        while (Accept(T.Comma));
    }

    /// <summary>relation_expr: a relation with ONLY or *.</summary>
    private int RelationExpr(SqlNodeFlags role)
    {
        if (Accept(T.Only))
        {
            if (Accept(T.LeftParen))
            {
                var inner = QualifiedName(role | SqlNodeFlags.Only);
                Expect(T.RightParen);
                return inner;
            }

            return QualifiedName(role | SqlNodeFlags.Only);
        }

        var relation = QualifiedName(role);
        Accept(T.Star);
        return relation;
    }

    private void RelationExprList(SqlNodeFlags role)
    {
        do
        {
            RelationExpr(role);
        }
        while (Accept(T.Comma));
    }

    /// <summary>relation_expr_opt_alias. SET is never an alias without AS.</summary>
    private int RelationExprOptAlias(SqlNodeFlags role)
    {
        var relation = RelationExpr(role);
        if (Accept(T.As) || (Has(SqlTokenTraits.ColId) && !Is(T.Set)))
        {
            _nodes[relation].Payload = ColId();
        }

        return relation;
    }

    /// <summary>A relation that gram.y keeps as a plain list of words (any_name): DROP TABLE, COMMENT ON, ... Written.</summary>
    /// <param name="lastIsMember">The last word is a column's, not the relation's: COMMENT ON COLUMN t.c, OWNED BY t.c.</param>
    private void NamedRelation(bool lastIsMember = false)
    {
        var token = _pos;
        var words = AnyName();
        if (!lastIsMember)
        {
            Emit(N.NamedRelation, Mark, token);
        }
        else if (words > 1)
        {
            var node = Emit(N.NamedRelation, Mark, token);
            _nodes[node].EndToken = _pos - 2;
        }
    }

    private void NamedRelationList()
    {
        do
        {
            NamedRelation();
        }
        while (Accept(T.Comma));
    }

    /// <summary>IF EXISTS, when it is there.</summary>
    private bool OptIfExists() => Accept(T.If, T.Exists);

    /// <summary>IF NOT EXISTS, when it is there.</summary>
    private bool OptIfNotExists() => Accept(T.If, T.Not, T.Exists);

    /// <summary>opt_drop_behavior.</summary>
    private void OptDropBehavior() => _ = Accept(T.Cascade) || Accept(T.Restrict);

    /// <summary>opt_with: WITH, whatever follows it.</summary>
    private bool OptWith() => Accept(T.With) || Accept(T.WithLa);
}
