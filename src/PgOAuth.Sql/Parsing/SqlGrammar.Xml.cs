using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>SQL/XML functions and XMLTABLE.</content>
internal ref partial struct SqlGrammar
{
    // The word before an opening bracket is the current token.
    private bool XmlFunction(int mark, int token)
    {
        switch (Kind)
        {
            case T.Xmlconcat:
                _pos += 2;
                ExprList();
                break;
            case T.Xmlelement:
                _pos += 2;
                Expect(T.Name);
                ColLabel();
                if (Accept(T.Comma))
                {
                    if (Is(T.Xmlattributes) && Peek(1) == T.LeftParen)
                    {
                        _pos += 2;
                        XmlAttributeList();
                        Expect(T.RightParen);
                        if (Accept(T.Comma))
                        {
                            ExprList();
                        }
                    }
                    else
                    {
                        ExprList();
                    }
                }

                break;
            case T.Xmlexists:
                _pos += 2;
                CExpr();
                XmlExistsArgument();
                Expect(T.RightParen);
                Special(SqlSpecialFunction.Xmlexists, mark, token);
                return true;
            case T.Xmlforest:
                _pos += 2;
                XmlAttributeList();
                break;
            case T.Xmlparse:
                _pos += 2;
                DocumentOrContent();
                AExpr();
                if (Accept(T.Preserve) || Accept(T.Strip))
                {
                    Expect(T.Whitespace);
                }

                break;
            case T.Xmlpi:
                _pos += 2;
                Expect(T.Name);
                ColLabel();
                if (Accept(T.Comma))
                {
                    AExpr();
                }

                break;
            case T.Xmlroot:
                _pos += 2;
                AExpr();
                Expect(T.Comma);
                Expect(T.Version);
                if (!Accept(T.No, T.Value))
                {
                    AExpr();
                }

                if (Accept(T.Comma))
                {
                    Expect(T.Standalone);
                    if (!Accept(T.Yes))
                    {
                        Expect(T.No);
                        Accept(T.Value);
                    }
                }

                break;
            case T.Xmlserialize:
                _pos += 2;
                DocumentOrContent();
                AExpr();
                Expect(T.As);
                SimpleTypenameNode();
                if (Accept(T.No))
                {
                    Expect(T.Indent);
                }
                else
                {
                    Accept(T.Indent);
                }

                break;
            default:
                return false;
        }

        Expect(T.RightParen);
        Emit(N.XmlExpr, mark, token);
        return true;
    }

    private void DocumentOrContent()
    {
        if (!Accept(T.Document))
        {
            Expect(T.Content);
        }
    }

    private void XmlAttributeList()
    {
        do
        {
            AExpr();
            if (Accept(T.As))
            {
                ColLabel();
            }
        }
        while (Accept(T.Comma));
    }

    private void XmlExistsArgument()
    {
        Expect(T.Passing);
        OptXmlPassingMechanism();
        CExpr();
        OptXmlPassingMechanism();
    }

    private void OptXmlPassingMechanism()
    {
        if (Is(T.By) && Peek(1) is T.Ref or T.Value)
        {
            _pos += 2;
        }
    }

    /// <summary>xmltable, from its word on.</summary>
    private void XmlTable()
    {
        _pos++;
        Expect(T.LeftParen);
        if (Is(T.Xmlnamespaces) && Peek(1) == T.LeftParen)
        {
            _pos += 2;
            do
            {
                if (Accept(T.Default))
                {
                    BExpr();
                }
                else
                {
                    BExpr();
                    Expect(T.As);
                    ColLabel();
                }
            }
            while (Accept(T.Comma));

            Expect(T.RightParen, T.Comma);
        }

        CExpr();
        XmlExistsArgument();
        Expect(T.Columns);
        do
        {
            XmlTableColumn();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    private void XmlTableColumn()
    {
        var token = ColId();
        Emit(N.AliasColumn, Mark, token);
        if (Accept(T.For))
        {
            Expect(T.Ordinality);
            return;
        }

        Typename();
        bool hasDefault = false, hasPath = false, hasNull = false;
        while (true)
        {
            var option = _pos;
            if (Kind is T.Default or T.Path or T.Ident)
            {
                var isDefault = Is(T.Default) || (Is(T.Ident) && TokenEquals(option, "default"u8));
                var isPath = Is(T.Path) || (Is(T.Ident) && TokenEquals(option, "path"u8));
                _pos++;
                BExpr();
                if (isDefault ? hasDefault : !isPath || hasPath)
                {
                    Fail("unrecognized or repeated column option", option);
                }

                hasDefault |= isDefault;
                hasPath |= isPath;
            }
            else if (Accept(T.Null) || Accept(T.Not, T.Null))
            {
                if (hasNull)
                {
                    Fail("conflicting or redundant NULL / NOT NULL declarations for column", option);
                }

                hasNull = true;
            }
            else
            {
                return;
            }
        }
    }
}
