using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>COPY.</content>
internal ref partial struct SqlGrammar
{
    private void CopyStmt(int mark, int token)
    {
        _pos++;
        if (Accept(T.LeftParen))
        {
            PreparableStmt();
            Expect(T.RightParen, T.To);
            CopyFile();
            CopyOptions();
            Emit(N.CopyStmt, mark, token);
            return;
        }

        Accept(T.Binary);
        var relation = QualifiedName(F.Write);
        if (Accept(T.LeftParen))
        {
            do
            {
                var column = ColId();
                Emit(N.SetTarget, Mark, column, relation);
            }
            while (Accept(T.Comma));

            Expect(T.RightParen);
        }

        var from = Accept(T.From);
        if (!from)
        {
            Expect(T.To);
            CopyToReads(relation);
        }

        CopyFile();
        Accept(T.Using);
        if (_tokens[_pos - 1].Kind == T.Using)
        {
            Expect(T.Delimiters);
            SConst();
        }
        else if (Accept(T.Delimiters))
        {
            SConst();
        }

        CopyOptions();
        if (Is(T.Where) && !from)
        {
            Fail("WHERE clause not allowed with COPY TO");
        }

        OptWhereClause();
        Emit(N.CopyStmt, mark, token, relation, from ? F.From : F.None);
    }

    // Only behind the list of columns it shows that they are read.
    private readonly void CopyToReads(int relation)
    {
        if (Failed)
        {
            return;
        }

        _nodes[relation].Flags = F.Read;
        for (var i = relation + 1; i < _count; i++)
        {
            _nodes[i].Kind = N.ColumnRef;
        }
    }

    private void CopyFile()
    {
        var program = Accept(T.Program);
        if (Accept(T.Stdin) || Accept(T.Stdout))
        {
            if (program)
            {
                Fail("STDIN/STDOUT not allowed with PROGRAM");
            }
        }
        else
        {
            SConst();
        }
    }

    private void CopyOptions()
    {
        OptWith();
        if (Accept(T.LeftParen))
        {
            do
            {
                ColLabel();
                CopyGenericArgument();
            }
            while (Accept(T.Comma));

            Expect(T.RightParen);
            return;
        }

        while (CopyOption())
        {
        }
    }

    private void CopyGenericArgument()
    {
        if (Accept(T.Star) || Accept(T.Default) || AcceptNumericOnly() || AcceptBooleanOrString())
        {
            return;
        }

        if (Accept(T.LeftParen))
        {
            do
            {
                BooleanOrString();
            }
            while (Accept(T.Comma));

            Expect(T.RightParen);
        }
    }

    private bool CopyOption()
    {
        switch (Kind)
        {
            case T.Binary:
            case T.Freeze:
            case T.Csv:
            case T.Header:
                _pos++;
                return true;
            case T.Delimiter:
            case T.Null:
            case T.Quote:
            case T.Escape:
                _pos++;
                Accept(T.As);
                SConst();
                return true;
            case T.Encoding:
                _pos++;
                SConst();
                return true;
            case T.Force:
                _pos++;
                if (!Accept(T.Quote) && !Accept(T.Not, T.Null))
                {
                    Expect(T.Null);
                }

                if (!Accept(T.Star))
                {
                    NameList();
                }

                return true;
            default:
                return false;
        }
    }
}
