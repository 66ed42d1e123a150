using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>CREATE of tables, views, materialized views, foreign tables, sequences, indexes, schemas; CREATE TABLE AS.</content>
internal ref partial struct SqlGrammar
{
    private bool CreateTableFamily()
    {
        var mark = Mark;
        var token = _pos;
        var p = token + 1;
        var plain = p;
        var replace = _tokens[p].Kind == T.Or && _tokens[p + 1].Kind == T.Replace;
        if (replace)
        {
            p += 2;
        }

        p += OptTempLength(p);
        switch (_tokens[p].Kind)
        {
            case T.View:
            case T.Recursive when _tokens[p + 1].Kind == T.View:
                _pos = p;
                ViewStmt(mark, token);
                return true;
            case T.Table when !replace:
                _pos = p + 1;
                CreateTable(mark, token);
                return true;
            case T.Sequence when !replace:
                _pos = p + 1;
                CreateSeqStmt(mark, token);
                return true;
            case T.Materialized when p == plain || (p == plain + 1 && _tokens[plain].Kind == T.Unlogged):
                _pos = p + 1;
                CreateMatViewStmt(mark, token);
                return true;
            case T.Foreign when p == plain && _tokens[p + 1].Kind == T.Table:
                _pos = p + 2;
                CreateForeignTableStmt(mark, token);
                return true;
            case T.Index or T.Unique when p == plain:
                _pos = p;
                IndexStmt(mark, token);
                return true;
            case T.Schema when p == plain:
                _pos = p + 1;
                CreateSchemaStmt(mark, token);
                return true;
            default:
                return false;
        }
    }

    // OptTemp: how many tokens it has.
    private readonly int OptTempLength(int p) => _tokens[p].Kind switch
    {
        T.Temporary or T.Temp or T.Unlogged => 1,
        T.Local or T.Global when _tokens[p + 1].Kind is T.Temporary or T.Temp => 2,
        _ => 0,
    };

    // CreateStmt, CreateAsStmt, and the CREATE TABLE of ExecuteStmt: which it is shows behind the table's name and columns.
    private void CreateTable(int mark, int token)
    {
        OptIfNotExists();
        var relationMark = Mark;
        var relationToken = _pos;
        QualifiedName(F.Write);
        switch (Kind)
        {
            case T.Of:
                _pos++;
                AnyName();
                OptTypedTableElementList();
                break;
            case T.Partition:
                _pos++;
                Expect(T.Of);
                QualifiedName(F.Write);
                OptTypedTableElementList();
                PartitionBoundSpec();
                break;
            case T.LeftParen when !(PeekHas(1, SqlTokenTraits.ColId) && Peek(2) is T.Comma or T.RightParen):
                OptTableElementList();
                OptInherit();
                break;
            default:
                OptNameList();
                TableStorage();
                CreateAs(mark, token, relationMark, relationToken);
                return;
        }

        if (Is(T.Partition))
        {
            PartitionSpec();
        }

        TableStorage();
        Emit(N.CreateStmt, mark, token);
    }

    // table_access_method_clause OptWith OnCommitOption OptTableSpace
    private void TableStorage()
    {
        OptAccessMethod();
        if (Accept(T.Without))
        {
            Expect(T.Oids);
        }
        else
        {
            OptReloptions();
        }

        if (Accept(T.On))
        {
            Expect(T.Commit);
            if (!Accept(T.Drop))
            {
                if (!Accept(T.Delete))
                {
                    Expect(T.Preserve);
                }

                Expect(T.Rows);
            }
        }

        OptTableSpace();
    }

    /// <summary>access_method_clause, table_access_method_clause.</summary>
    private void OptAccessMethod()
    {
        if (Accept(T.Using))
        {
            ColId();
        }
    }

    private void OptTableSpace()
    {
        if (Accept(T.Tablespace))
        {
            ColId();
        }
    }

    private void CreateAs(int mark, int token, int relationMark, int relationToken)
    {
        Emit(N.IntoClause, relationMark, relationToken);
        Expect(T.As);
        if (Is(T.Execute))
        {
            ExecuteStmt();
        }
        else
        {
            SelectStmt();
        }

        OptWithData();
        Emit(N.CreateTableAsStmt, mark, token);
    }

    /// <summary>opt_with_data.</summary>
    private void OptWithData()
    {
        if (Accept(T.With))
        {
            Accept(T.No);
            Expect(T.Data);
        }
    }

    private void CreateForeignTableStmt(int mark, int token)
    {
        OptIfNotExists();
        QualifiedName(F.Write);
        if (Accept(T.Partition))
        {
            Expect(T.Of);
            QualifiedName(F.Write);
            OptTypedTableElementList();
            PartitionBoundSpec();
        }
        else
        {
            OptTableElementList();
            OptInherit();
        }

        // To PostgreSQL the table is a statement inside this one.
        Emit(N.CreateStmt, mark, token);
        Expect(T.Server);
        ColId();
        OptGenericOptions();
        Emit(N.CreateForeignTableStmt, mark, token);
    }

    // '(' OptTableElementList ')'
    private void OptTableElementList()
    {
        Expect(T.LeftParen);
        if (Accept(T.RightParen))
        {
            return;
        }

        do
        {
            TableElement();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    private void TableElement()
    {
        if (Accept(T.Like))
        {
            QualifiedName(F.Read);
            while (Accept(T.Including) || Accept(T.Excluding))
            {
                TableLikeOption();
            }
        }
        else if (IsTableConstraint())
        {
            TableConstraint();
        }
        else
        {
            ColumnDef();
        }
    }

    private void TableLikeOption()
    {
        if (Kind is T.Comments or T.Compression or T.Constraints or T.Defaults or T.Identity or T.Generated or T.Indexes or T.Statistics or
            T.Storage or T.All)
        {
            _pos++;
        }
        else
        {
            SyntaxError();
        }
    }

    private void OptTypedTableElementList()
    {
        if (!Accept(T.LeftParen))
        {
            return;
        }

        do
        {
            if (IsTableConstraint())
            {
                TableConstraint();
            }
            else
            {
                ColId();
                if (Accept(T.With))
                {
                    Expect(T.Options);
                }

                ColQualList();
            }
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    private void OptInherit()
    {
        if (Accept(T.Inherits))
        {
            Expect(T.LeftParen);
            QualifiedNameList(F.Write);
            Expect(T.RightParen);
        }
    }
}
