using System.Text;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>SQL/JSON functions and JSON_TABLE.</content>
internal ref partial struct SqlGrammar
{
    // The word before an opening bracket is the current token.
    private bool JsonFunction(int mark, int token, bool windowless)
    {
        switch (Kind)
        {
            case T.JsonObject:
                JsonObject(mark, token);
                return true;
            case T.JsonArray:
                JsonArray();
                break;
            case T.Json:
                _pos += 2;
                JsonValueExpr();
                JsonKeyUniqueness();
                break;
            case T.JsonScalar:
                _pos += 2;
                AExpr();
                break;
            case T.JsonSerialize:
                _pos += 2;
                JsonValueExpr();
                JsonReturning();
                break;
            case T.JsonQuery:
                JsonPathArguments();
                JsonReturning();
                JsonWrapperBehavior();
                JsonQuotes();
                JsonBehaviorClause();
                break;
            case T.JsonExists:
                JsonPathArguments();
                JsonOnErrorClause();
                break;
            case T.JsonValue:
                JsonPathArguments();
                JsonReturning();
                JsonBehaviorClause();
                break;
            case T.JsonObjectagg:
                _pos += 2;
                AExprAndIsCExpr(out var single);
                JsonNameAndValueRest(single);
                JsonNullClause();
                JsonKeyUniqueness();
                JsonReturning();
                JsonAggregateEnd(mark, token, windowless);
                return true;
            case T.JsonArrayagg:
                _pos += 2;
                JsonValueExpr();
                if (Is(T.Order))
                {
                    SortClause();
                }

                JsonNullClause();
                JsonReturning();
                JsonAggregateEnd(mark, token, windowless);
                return true;
            default:
                return false;
        }

        Expect(T.RightParen);
        Emit(N.JsonExpr, mark, token);
        return true;
    }

    private void JsonAggregateEnd(int mark, int token, bool windowless)
    {
        Expect(T.RightParen);
        if (!windowless)
        {
            OptFilter();
            OptOver();
        }

        Emit(N.JsonExpr, mark, token);
    }

    // JSON_OBJECT with names and values, or the older function of that name with plain arguments.
    private void JsonObject(int mark, int token)
    {
        _pos += 2;
        if (Kind is T.RightParen or T.Returning)
        {
            JsonReturning();
            Expect(T.RightParen);
            Emit(N.JsonExpr, mark, token);
            return;
        }

        if (!(Peek(1) is T.ColonEquals or T.EqualsGreater))
        {
            AExprAndIsCExpr(out var single);
            if (Is(T.Colon) || Is(T.Value))
            {
                JsonNameAndValueRest(single);
                while (Accept(T.Comma))
                {
                    AExprAndIsCExpr(out single);
                    JsonNameAndValueRest(single);
                }

                JsonNullClause();
                JsonKeyUniqueness();
                JsonReturning();
                Expect(T.RightParen);
                Emit(N.JsonExpr, mark, token);
                return;
            }
        }
        else
        {
            FuncArgExpr();
        }

        if (Accept(T.Comma))
        {
            FuncArgList();
        }

        Expect(T.RightParen);
        Special(SqlSpecialFunction.JsonObject, mark, token);
    }

    // An a_expr, and whether it is no more than a c_expr: VALUE may follow only that.
    private void AExprAndIsCExpr(out bool single)
    {
        var mark = Mark;
        var token = _pos;
        single = Kind is not (T.Plus or T.Minus or T.Op or T.Not or T.NotLa or T.Unique or T.Default);
        if (!single || (Is(T.Operator) && Peek(1) == T.LeftParen))
        {
            single = false;
            AExpr();
            return;
        }

        if (!Enter())
        {
            return;
        }

        CExpr(allowOverlaps: true);
        Leave();
        var end = _pos;
        AExprTail(mark, token, 1, ExprContext.None);
        single = _pos == end;
    }

    private void JsonNameAndValueRest(bool single)
    {
        if (single && Accept(T.Value))
        {
            JsonValueExpr();
        }
        else
        {
            Expect(T.Colon);
            JsonValueExpr();
        }
    }

    private void JsonArray()
    {
        _pos += 2;
        if (Kind is T.RightParen or T.Returning)
        {
            JsonReturning();
            return;
        }

        var mark = Mark;
        var token = _pos;
        if (IsSelectStart())
        {
            SelectNoParens();
            JsonFormatClause();
            JsonReturning();
            return;
        }

        if (Is(T.LeftParen))
        {
            // A sub-select in brackets is a value, unless it goes on as a SELECT.
            var content = Parenthesized(listAllowed: true);
            if (content == ParenContent.Select && ContinuesSelect(Kind))
            {
                SelectAfterParens(mark, token);
                JsonFormatClause();
                JsonReturning();
                return;
            }

            AfterParen(content, mark, token, allowOverlaps: true);
            AExprTail(mark, token, 1, ExprContext.None);
            JsonFormatClause();
        }
        else
        {
            JsonValueExpr();
        }

        while (Accept(T.Comma))
        {
            JsonValueExpr();
        }

        JsonNullClause();
        JsonReturning();
    }

    /// <summary>json_value_expr.</summary>
    private void JsonValueExpr()
    {
        AExpr();
        JsonFormatClause();
    }

    // json_format_clause_opt. The encoding is a name that the grammar's action looks up.
    private bool JsonFormatClause()
    {
        if (!Accept(T.FormatLa))
        {
            return false;
        }

        Expect(T.Json);
        if (Accept(T.Encoding))
        {
            var token = ColId();
            if (!Failed && !IsJsonEncoding(token))
            {
                Fail("unrecognized JSON encoding", token);
            }
        }

        return true;
    }

    private readonly bool IsJsonEncoding(int token)
    {
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        name = name[..SqlText.WriteIdentifier(_text, _tokens[token], name)];
        return Ascii.EqualsIgnoreCase(name, "utf8"u8) || Ascii.EqualsIgnoreCase(name, "utf16"u8) || Ascii.EqualsIgnoreCase(name, "utf32"u8);
    }

    // json_returning_clause_opt.
    private void JsonReturning()
    {
        if (Accept(T.Returning))
        {
            Typename();
            JsonFormatClause();
        }
    }

    // NULL ON NULL, ABSENT ON NULL.
    private void JsonNullClause()
    {
        if (Accept(T.Null) || Accept(T.Absent))
        {
            Expect(T.On, T.Null);
        }
    }

    // json_key_uniqueness_constraint_opt.
    private void JsonKeyUniqueness()
    {
        if (Accept(T.With) || Accept(T.Without))
        {
            Expect(T.Unique);
            Accept(T.Keys);
        }
    }

    // value, path [PASSING ..] of JSON_QUERY and its like, from the function's word on.
    private void JsonPathArguments()
    {
        _pos += 2;
        JsonValueExpr();
        Expect(T.Comma);
        AExpr();
        JsonPassing();
    }

    private void JsonPassing()
    {
        if (!Accept(T.Passing))
        {
            return;
        }

        do
        {
            JsonValueExpr();
            Expect(T.As);
            ColLabel();
        }
        while (Accept(T.Comma));
    }

    private void JsonWrapperBehavior()
    {
        if (Accept(T.Without))
        {
            Accept(T.Array);
            Expect(T.Wrapper);
        }
        else if (Accept(T.With))
        {
            _ = Accept(T.Conditional) || Accept(T.Unconditional);
            Accept(T.Array);
            Expect(T.Wrapper);
        }
    }

    private void JsonQuotes()
    {
        if (Accept(T.Keep) || Accept(T.Omit))
        {
            Expect(T.Quotes);
            if (Accept(T.On))
            {
                Expect(T.Scalar, T.String);
            }
        }
    }

    private bool JsonBehavior()
    {
        if (Accept(T.Default))
        {
            AExpr();
            return true;
        }

        if (Accept(T.Error) || Accept(T.Null) || Accept(T.True) || Accept(T.False) || Accept(T.Unknown))
        {
            return true;
        }

        if (Accept(T.Empty))
        {
            _ = Accept(T.Array) || Accept(T.Object);
            return true;
        }

        return false;
    }

    // json_behavior_clause_opt: ON EMPTY, then ON ERROR, or one of them.
    private void JsonBehaviorClause()
    {
        if (!JsonBehavior())
        {
            return;
        }

        Expect(T.On);
        if (Accept(T.Error))
        {
            return;
        }

        Expect(T.Empty);
        if (JsonBehavior())
        {
            Expect(T.On, T.Error);
        }
    }

    private void JsonOnErrorClause()
    {
        if (JsonBehavior())
        {
            Expect(T.On, T.Error);
        }
    }
}
