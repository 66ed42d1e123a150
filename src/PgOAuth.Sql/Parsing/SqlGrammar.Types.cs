using PgOAuth.Sql.Lexing;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Typename and its kin.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>Typename.</summary>
    private void Typename()
    {
        var mark = Mark;
        var token = _pos;
        Accept(T.Setof);
        SimpleTypename();
        ArrayBounds();
        Emit(N.TypeName, mark, token);
    }

    /// <summary>type_list.</summary>
    private void TypeList()
    {
        do
        {
            Typename();
        }
        while (Accept(T.Comma));
    }

    /// <summary>func_type: a Typename, or the type of a column (<c>t.c%TYPE</c>).</summary>
    private void FuncType()
    {
        var mark = Mark;
        var token = _pos;
        Accept(T.Setof);
        if (Has(SqlTokenTraits.TypeFunctionName) && Peek(1) == T.Dot)
        {
            var ahead = 1;
            while (_tokens[_pos + ahead].Kind == T.Dot && PeekHas(ahead + 1, SqlTokenTraits.ColLabel))
            {
                ahead += 2;
            }

            if (_tokens[_pos + ahead].Kind == T.Percent)
            {
                _pos += ahead + 1;
                Expect(T.Type);
                Emit(N.TypeName, mark, token);
                return;
            }
        }

        SimpleTypename();
        ArrayBounds();
        Emit(N.TypeName, mark, token);
    }

    /// <summary>SimpleTypename with its node (XMLSERIALIZE).</summary>
    private void SimpleTypenameNode()
    {
        var mark = Mark;
        var token = _pos;
        SimpleTypename();
        Emit(N.TypeName, mark, token);
    }

    private void ArrayBounds()
    {
        if (Accept(T.Array))
        {
            if (Accept(T.LeftBracket))
            {
                IConst();
                Expect(T.RightBracket);
            }

            return;
        }

        while (Accept(T.LeftBracket))
        {
            Accept(T.IConst);
            Expect(T.RightBracket);
        }
    }

    private void SimpleTypename()
    {
        if (ConstTypename())
        {
            return;
        }

        if (Accept(T.Interval))
        {
            if (Accept(T.LeftParen))
            {
                IConst();
                Expect(T.RightParen);
            }
            else
            {
                OptInterval();
            }

            return;
        }

        TypeFunctionName();
        Attrs();
        OptTypeModifiers();
    }

    private void OptTypeModifiers()
    {
        if (Accept(T.LeftParen))
        {
            ExprList();
            Expect(T.RightParen);
        }
    }

    /// <summary>ConstTypename: types with a grammar of their own, but for INTERVAL. False when none stands here.</summary>
    private bool ConstTypename()
    {
        switch (Kind)
        {
            case T.Int:
            case T.Integer:
            case T.Smallint:
            case T.Bigint:
            case T.Real:
            case T.Boolean:
            case T.Json:
                _pos++;
                return true;
            case T.Float:
                _pos++;
                if (Accept(T.LeftParen))
                {
                    var precision = IConst();
                    Expect(T.RightParen);
                    CheckFloatPrecision(precision);
                }

                return true;
            case T.Double when Peek(1) == T.Precision:
                _pos += 2;
                return true;
            case T.Decimal:
            case T.Dec:
            case T.Numeric:
                _pos++;
                OptTypeModifiers();
                return true;
            case T.Bit:
                _pos++;
                Accept(T.Varying);
                OptTypeModifiers();
                return true;
            case T.National:
                _pos++;
                if (!Accept(T.Character))
                {
                    Expect(T.Char);
                }

                Accept(T.Varying);
                OptLength();
                return true;
            case T.Character:
            case T.Char:
            case T.Nchar:
                _pos++;
                Accept(T.Varying);
                OptLength();
                return true;
            case T.Varchar:
                _pos++;
                OptLength();
                return true;
            case T.Timestamp:
            case T.Time:
                _pos++;
                OptLength();
                if (Accept(T.WithLa) || Accept(T.WithoutLa))
                {
                    Expect(T.Time);
                    Expect(T.Zone);
                }

                return true;
            default:
                return false;
        }
    }

    // DOUBLE is an unreserved word: without PRECISION it is a type's name like any other. In a literal, however, PRECISION
    // has to follow, which TypedLiteral sees to.
    private void OptLength()
    {
        if (Accept(T.LeftParen))
        {
            IConst();
            Expect(T.RightParen);
        }
    }

    private void CheckFloatPrecision(int token)
    {
        if (Failed)
        {
            return;
        }

        var value = IConstValue(token);
        if (value < 1)
        {
            Fail("precision for type float must be at least 1 bit", token);
        }
        else if (value > 53)
        {
            Fail("precision for type float must be less than 54 bits", token);
        }
    }

    /// <summary>The value of an ICONST token.</summary>
    private readonly int IConstValue(int token) => SqlText.IntegerValue(_text[_tokens[token].Start.._tokens[token].End]);

    /// <summary>opt_interval: the fields of an interval.</summary>
    private void OptInterval()
    {
        switch (Kind)
        {
            case T.Year:
                _pos++;
                if (Accept(T.To))
                {
                    Expect(T.Month);
                }

                break;
            case T.Month:
                _pos++;
                break;
            case T.Day:
                _pos++;
                if (Accept(T.To) && !Accept(T.Hour) && !Accept(T.Minute))
                {
                    IntervalSecond();
                }

                break;
            case T.Hour:
                _pos++;
                if (Accept(T.To) && !Accept(T.Minute))
                {
                    IntervalSecond();
                }

                break;
            case T.Minute:
                _pos++;
                if (Accept(T.To))
                {
                    IntervalSecond();
                }

                break;
            case T.Second:
                IntervalSecond();
                break;
        }
    }

    private void IntervalSecond()
    {
        Expect(T.Second);
        if (Accept(T.LeftParen))
        {
            IConst();
            Expect(T.RightParen);
        }
    }

    /// <summary>opt_collate_clause.</summary>
    private void OptCollate()
    {
        if (Accept(T.Collate))
        {
            AnyName();
        }
    }

    /// <summary>TableFuncElementList: columns with their types.</summary>
    private void TableFuncElementList()
    {
        do
        {
            TableFuncElement();
        }
        while (Accept(T.Comma));
    }

    private void TableFuncElement()
    {
        var token = ColId();
        Emit(N.AliasColumn, Mark, token);
        Typename();
        OptCollate();
    }
}
