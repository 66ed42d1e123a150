using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>CREATE of views, materialized views, sequences, indexes, schemas.</content>
internal ref partial struct SqlGrammar
{
    // From [RECURSIVE] VIEW on.
    private void ViewStmt(int mark, int token)
    {
        var recursive = Accept(T.Recursive);
        Expect(T.View);
        var view = QualifiedName(F.Write);
        var columns = _pos + 1;
        var listed = OptNameList();
        var columnsEnd = _pos - 1;
        OptReloptions();
        Expect(T.As);
        var query = Mark;
        var queryToken = _pos;
        SelectStmt();
        if (recursive)
        {
            if (!listed || Is(T.With))
            {
                SyntaxError();
            }

            RecursiveViewQuery(view, columns, columnsEnd, query, queryToken);
        }
        else if (Accept(T.With))
        {
            _ = Accept(T.Cascaded) || Accept(T.Local);
            Expect(T.Check, T.Option);
        }

        Emit(N.ViewStmt, mark, token);
    }

    // A recursive view is what the grammar makes of it: WITH RECURSIVE view (columns) AS (query) SELECT columns FROM view.
    // The last FROM names the WITH item, so it is no access and has no node.
    private void RecursiveViewQuery(int view, int columns, int columnsEnd, int query, int queryToken)
    {
        if (Failed)
        {
            return;
        }

        Emit(N.CommonTableExpr, query, _nodes[view].EndToken - 1);
        var with = Emit(N.WithClause, query, queryToken, -1, F.Recursive);
        for (var column = columns; column < columnsEnd; column += 2)
        {
            var node = Emit(N.ColumnRef, Mark, column);
            _nodes[node].EndToken = column + 1;
        }

        EmitWith(N.SelectStmt, query, queryToken, with, F.None, with);
    }

    // From VIEW on.
    private void CreateMatViewStmt(int mark, int token)
    {
        Expect(T.View);
        OptIfNotExists();
        var relationMark = Mark;
        var relationToken = _pos;
        QualifiedName(F.Write);
        OptNameList();
        OptAccessMethod();
        OptReloptions();
        OptTableSpace();
        Emit(N.IntoClause, relationMark, relationToken);
        Expect(T.As);
        SelectStmt();
        OptWithData();
        Emit(N.CreateTableAsStmt, mark, token);
    }

    private void CreateSeqStmt(int mark, int token)
    {
        OptIfNotExists();
        QualifiedName(F.Write);
        while (SeqOptElem())
        {
        }

        Emit(N.CreateSeqStmt, mark, token);
    }

    private void OptParenthesizedSeqOptList()
    {
        if (Accept(T.LeftParen))
        {
            SeqOptList();
            Expect(T.RightParen);
        }
    }

    // SeqOptList: at least one.
    private void SeqOptList()
    {
        if (!SeqOptElem())
        {
            SyntaxError();
        }

        while (SeqOptElem())
        {
        }
    }

    // False, and nothing read, when no such option stands here.
    private bool SeqOptElem()
    {
        switch (Kind)
        {
            case T.As:
                _pos++;
                SimpleTypenameNode();
                return true;
            case T.Cache:
            case T.Maxvalue:
            case T.Minvalue:
                _pos++;
                NumericOnly();
                return true;
            case T.Increment:
                _pos++;
                Accept(T.By);
                NumericOnly();
                return true;
            case T.Cycle:
            case T.Logged:
            case T.Unlogged:
                _pos++;
                return true;
            case T.No when Peek(1) is T.Cycle or T.Maxvalue or T.Minvalue:
                _pos += 2;
                return true;
            case T.Owned:
                _pos++;
                Expect(T.By);
                NamedRelation(lastIsMember: true);
                return true;
            case T.Sequence:
                _pos++;
                Expect(T.Name);
                NamedRelation();
                return true;
            case T.Start:
                _pos++;
                OptWith();
                NumericOnly();
                return true;
            case T.Restart:
                Restart();
                return true;
            default:
                return false;
        }
    }

    private void Restart()
    {
        _pos++;
        if (OptWith())
        {
            NumericOnly();
        }
        else
        {
            AcceptNumericOnly();
        }
    }

    // From [UNIQUE] INDEX on.
    private void IndexStmt(int mark, int token)
    {
        Accept(T.Unique);
        Expect(T.Index);
        Accept(T.Concurrently);
        if (OptIfNotExists() || !Is(T.On))
        {
            ColId();
        }

        Expect(T.On);
        RelationExpr(F.Write);
        OptAccessMethod();
        Expect(T.LeftParen);
        IndexParams();
        Expect(T.RightParen);
        if (Accept(T.Include))
        {
            Expect(T.LeftParen);
            IndexParams();
            Expect(T.RightParen);
        }

        OptNullsDistinct();
        OptReloptions();
        OptTableSpace();
        OptWhereClause();
        Emit(N.IndexStmt, mark, token);
    }

    private void CreateSchemaStmt(int mark, int token)
    {
        var ifNotExists = OptIfNotExists();
        var named = !Is(T.Authorization);
        if (named)
        {
            ColId();
        }

        if (Accept(T.Authorization))
        {
            RoleSpec();
        }

        if (ifNotExists && Kind is T.Create or T.Grant)
        {
            Fail("CREATE SCHEMA IF NOT EXISTS cannot include schema elements");
        }

        while (Kind is T.Create or T.Grant)
        {
            SchemaStmt();
        }

        Emit(N.CreateSchemaStmt, mark, token);
    }

    // schema_stmt. Not a schema in a schema, which could go on without end.
    private void SchemaStmt()
    {
        var p = _pos + 1;
        if (_tokens[p].Kind == T.Or && _tokens[p + 1].Kind == T.Replace)
        {
            p += 2;
        }

        var read = Kind switch
        {
            T.Grant => AccessStmt(),
            _ when _tokens[p].Kind is T.Trigger or T.Constraint => CreateRoutineFamily(),
            _ when _tokens[p].Kind != T.Schema => CreateTableFamily(),
            _ => false,
        };
        if (!read || (!Failed && _nodes[_count - 1].Kind is not (N.CreateStmt or N.IndexStmt or N.CreateSeqStmt or N.CreateTrigStmt or N.GrantStmt or N.ViewStmt)))
        {
            SyntaxError();
        }
    }
}
