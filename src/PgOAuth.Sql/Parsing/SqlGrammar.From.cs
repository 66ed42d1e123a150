using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>FROM: relations, functions, sub-selects, joins.</content>
internal ref partial struct SqlGrammar
{
    private enum ParenTableContent
    {
        Select,
        Join,
    }

    /// <summary>from_list.</summary>
    private void FromList()
    {
        do
        {
            TableRef();
        }
        while (Accept(T.Comma));
    }

    /// <summary>table_ref with the joins behind it.</summary>
    private void TableRef()
    {
        if (!Enter())
        {
            return;
        }

        var mark = Mark;
        var token = _pos;
        TableRefPrimary(mark, token);
        JoinTail(mark, token);
        Leave();
    }

    // Joins are left-associative. A qualified join's right side takes in joins until its own ON or USING comes.
    private bool JoinTail(int mark, int token)
    {
        var joined = false;
        while (true)
        {
            var flags = F.None;
            switch (Kind)
            {
                case T.Cross:
                    _pos++;
                    Expect(T.Join);
                    RightTable();
                    Emit(N.JoinExpr, mark, token);
                    joined = true;
                    continue;
                case T.Natural:
                    _pos++;
                    flags = F.Natural;
                    break;
                case T.Join:
                case T.Inner:
                case T.Left:
                case T.Right:
                case T.Full:
                    break;
                default:
                    return joined;
            }

            if (!Accept(T.Inner) && (Accept(T.Left) || Accept(T.Right) || Accept(T.Full)))
            {
                Accept(T.Outer);
            }

            Expect(T.Join);
            joined = true;
            if (flags == F.Natural)
            {
                RightTable();
                Emit(N.JoinExpr, mark, token, -1, flags);
                continue;
            }

            TableRef();
            if (Accept(T.Using))
            {
                Expect(T.LeftParen);
                do
                {
                    var column = ColId();
                    Emit(N.UsingColumn, Mark, column);
                }
                while (Accept(T.Comma));

                Expect(T.RightParen);
                if (Accept(T.As))
                {
                    ColId();
                }
            }
            else
            {
                Expect(T.On);
                AExpr();
            }

            Emit(N.JoinExpr, mark, token);
        }
    }

    private void RightTable()
    {
        var mark = Mark;
        TableRefPrimary(mark, _pos);
    }

    private void TableRefPrimary(int mark, int token)
    {
        if (Is(T.LeftParen))
        {
            if (ParenTable() == ParenTableContent.Select)
            {
                SubselectAlias(mark, token);
            }
            else
            {
                JoinAlias();
            }

            return;
        }

        var lateral = Accept(T.Lateral);
        if (lateral && Is(T.LeftParen))
        {
            SelectWithParens();
            SubselectAlias(mark, token);
            return;
        }

        if (Is(T.Xmltable) && Peek(1) == T.LeftParen)
        {
            XmlTable();
            var alias = OptAliasClause();
            Emit(N.RangeTableFunc, mark, token, alias);
            return;
        }

        if (Is(T.JsonTable) && Peek(1) == T.LeftParen)
        {
            JsonTable();
            var alias = OptAliasClause();
            Emit(N.JsonTable, mark, token, alias);
            return;
        }

        if (Is(T.Rows) && Peek(1) == T.From)
        {
            RowsFrom();
            FuncTableEnd(mark, token);
            return;
        }

        if (!lateral && (Is(T.Only) || (Has(SqlTokenTraits.ColId) && !IsCallAhead())))
        {
            RelationWithAlias();
            if (Accept(T.Tablesample))
            {
                TableSample(mark, token);
            }

            return;
        }

        FuncExprWindowless();
        FuncTableEnd(mark, token);
    }

    // Whether the name here is a function's: an opening bracket follows it.
    private readonly bool IsCallAhead()
    {
        var p = _pos + 1;
        while (_tokens[p].Kind == T.Dot && (_traits[(int)_tokens[p + 1].Kind] & SqlTokenTraits.ColLabel) != 0)
        {
            p += 2;
        }

        return _tokens[p].Kind == T.LeftParen;
    }

    private void RelationWithAlias()
    {
        var relation = RelationExpr(F.Read);
        if (!(Is(T.As) || Has(SqlTokenTraits.ColId)) || Failed)
        {
            return;
        }

        // The columns of the alias go under the relation.
        Accept(T.As);
        var alias = ColId();
        _nodes[relation].Payload = alias;
        if (Is(T.LeftParen))
        {
            var node = _nodes[relation];
            _count = relation;
            OptAliasColumns();
            node.First = relation;
            Put(node);
        }
    }

    private void Put(SqlNode node)
    {
        var end = node.EndToken;
        var index = Emit(node.Kind, node.First, node.Token, node.Payload, node.Flags);
        _nodes[index].EndToken = end;
    }

    private void TableSample(int mark, int token)
    {
        // func_name
        if (Has(SqlTokenTraits.ColId) && Peek(1) == T.Dot)
        {
            AnyName();
        }
        else
        {
            TypeFunctionName();
        }

        Expect(T.LeftParen);
        ExprList();
        Expect(T.RightParen);
        if (Accept(T.Repeatable))
        {
            Expect(T.LeftParen);
            AExpr();
            Expect(T.RightParen);
        }

        Emit(N.RangeTableSample, mark, token);
    }

    private void RowsFrom()
    {
        _pos += 2;
        Expect(T.LeftParen);
        do
        {
            FuncExprWindowless();
            if (Accept(T.As))
            {
                Expect(T.LeftParen);
                TableFuncElementList();
                Expect(T.RightParen);
            }
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    // opt_ordinality and func_alias_clause: columns with or without types.
    private void FuncTableEnd(int mark, int token)
    {
        if (Accept(T.WithLa))
        {
            Expect(T.Ordinality);
        }

        var alias = -1;
        if (Accept(T.As) || Has(SqlTokenTraits.ColId))
        {
            if (_tokens[_pos - 1].Kind != T.As || !Is(T.LeftParen))
            {
                alias = ColId();
            }

            if (Is(T.LeftParen))
            {
                if (alias >= 0 && Peek(2) is T.Comma or T.RightParen)
                {
                    OptAliasColumns();
                }
                else
                {
                    _pos++;
                    TableFuncElementList();
                    Expect(T.RightParen);
                }
            }
        }

        Emit(N.RangeFunction, mark, token, alias);
    }

    // '(' .. ')' in FROM: a SELECT or a join. What brackets within brackets are shows only behind them.
    private ParenTableContent ParenTable()
    {
        if (!Enter())
        {
            return ParenTableContent.Join;
        }

        var content = ParenTableInner();
        Expect(T.RightParen);
        Leave();
        return content;
    }

    private ParenTableContent ParenTableInner()
    {
        Expect(T.LeftParen);
        var mark = Mark;
        var token = _pos;
        if (IsSelectStart())
        {
            SelectNoParens();
            return ParenTableContent.Select;
        }

        var aliased = true;
        if (Is(T.LeftParen))
        {
            if (ParenTable() == ParenTableContent.Select)
            {
                if (Is(T.RightParen))
                {
                    return ParenTableContent.Select;
                }

                if (ContinuesSelect(Kind))
                {
                    SelectAfterParens(mark, token);
                    return ParenTableContent.Select;
                }

                SubselectAlias(mark, token);
            }
            else
            {
                aliased = JoinAlias();
            }
        }
        else
        {
            TableRefPrimary(mark, token);
        }

        // A lone table may not stand in brackets.
        if (!JoinTail(mark, token) && aliased)
        {
            SyntaxError();
        }

        return ParenTableContent.Join;
    }
}
