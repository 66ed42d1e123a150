using System.Text;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>JSON_TABLE.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>json_table, from its word on.</summary>
    private void JsonTable()
    {
        _pos++;
        Expect(T.LeftParen);
        JsonValueExpr();
        Expect(T.Comma);
        var mark = Mark;
        var path = _pos;
        AExpr();
        if (!Failed && (Mark != mark + 1 || _nodes[mark].Kind != N.AConst || _nodes[mark].Flags != SqlNodeFlags.String))
        {
            Fail("only string constants are supported in JSON_TABLE path specification", path);
        }

        if (Accept(T.As))
        {
            ColId();
        }

        JsonPassing();
        JsonTableColumns();
        JsonOnErrorClause();
        Expect(T.RightParen);
    }

    private void JsonTableColumns()
    {
        if (!Enter())
        {
            return;
        }

        Expect(T.Columns, T.LeftParen);
        do
        {
            JsonTableColumn();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
        Leave();
    }

    private void JsonTableColumn()
    {
        if (Is(T.Nested) && Peek(1) is T.Path or T.SConst)
        {
            _pos++;
            Accept(T.Path);
            SConst();
            if (Accept(T.As))
            {
                ColId();
            }

            JsonTableColumns();
            return;
        }

        var token = ColId();
        Emit(N.AliasColumn, Mark, token);
        if (Accept(T.For))
        {
            Expect(T.Ordinality);
            return;
        }

        Typename();
        if (Accept(T.Exists))
        {
            JsonTableColumnPath();
            JsonOnErrorClause();
            return;
        }

        JsonFormatClause();
        JsonTableColumnPath();
        JsonWrapperBehavior();
        JsonQuotes();
        JsonBehaviorClause();
    }

    private void JsonTableColumnPath()
    {
        if (Accept(T.Path))
        {
            SConst();
        }
    }
}
