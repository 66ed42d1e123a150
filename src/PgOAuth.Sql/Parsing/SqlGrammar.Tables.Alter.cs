using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>ALTER of tables, indexes, sequences, views, materialized views, foreign tables, schemas.</content>
internal ref partial struct SqlGrammar
{
    private bool AlterTableFamily()
    {
        var mark = Mark;
        var token = _pos;
        var form = Peek(1);
        switch (form)
        {
            case T.Table:
            case T.Index:
            case T.Sequence:
            case T.View:
                _pos += 2;
                break;
            case T.Materialized:
                _pos += 2;
                Expect(T.View);
                break;
            case T.Foreign when Peek(2) == T.Table:
                _pos += 3;
                break;
            case T.Schema:
                _pos += 2;
                AlterSchema(mark, token);
                return true;
            default:
                return false;
        }

        if (Is(T.All) && form is T.Table or T.Index or T.Materialized)
        {
            AlterTableMoveAll();
            Emit(N.AlterTableMoveAllStmt, mark, token);
            return true;
        }

        var ifExists = OptIfExists();
        if (form is T.Table or T.Foreign)
        {
            RelationExpr(F.Write);
        }
        else
        {
            QualifiedName(F.Write);
        }

        var kind = AlterRelation(form, ifExists);
        Emit(kind, mark, token);
        return true;
    }

    private void AlterSchema(int mark, int token)
    {
        ColId();
        var kind = N.RenameStmt;
        if (Accept(T.Rename))
        {
            Expect(T.To);
            ColId();
        }
        else
        {
            Expect(T.Owner, T.To);
            RoleSpec();
            kind = N.AlterOwnerStmt;
        }

        Emit(kind, mark, token);
    }

    // ALL IN TABLESPACE ..
    private void AlterTableMoveAll()
    {
        Expect(T.All, T.In, T.Tablespace);
        ColId();
        if (Accept(T.Owned))
        {
            Expect(T.By);
            RoleList();
        }

        Expect(T.Set, T.Tablespace);
        ColId();
        Accept(T.Nowait);
    }

    // What follows the relation. Those that are no alter_table_cmd stand alone.
    private N AlterRelation(T form, bool ifExists)
    {
        switch (Kind)
        {
            case T.Rename:
                _pos++;
                RenameRelation(form);
                return N.RenameStmt;
            case T.Set when Peek(1) == T.Schema && form != T.Index:
                _pos += 2;
                ColId();
                return N.AlterObjectSchemaStmt;
            case T.Depends when form is T.Materialized or T.Index && !ifExists:
            case T.No when Peek(1) == T.Depends && form is T.Materialized or T.Index && !ifExists:
                Accept(T.No);
                Expect(T.Depends, T.On, T.Extension);
                ColId();
                return N.AlterObjectDependsStmt;
            case T.Attach when form == T.Table || (form == T.Index && !ifExists):
                _pos++;
                Expect(T.Partition);
                QualifiedName(F.Write);
                if (form == T.Table)
                {
                    PartitionBoundSpec();
                }

                return N.AlterTableStmt;
            case T.Detach when form == T.Table:
                _pos++;
                Expect(T.Partition);
                QualifiedName(F.Write);
                _ = Accept(T.Concurrently) || Accept(T.Finalize);
                return N.AlterTableStmt;
            default:
                if (form == T.Sequence && SeqOptElem())
                {
                    while (SeqOptElem())
                    {
                    }

                    return N.AlterSeqStmt;
                }

                do
                {
                    AlterTableCmd();
                }
                while (Accept(T.Comma));

                return N.AlterTableStmt;
        }
    }

    // From behind RENAME on.
    private void RenameRelation(T form)
    {
        if (form is not (T.Index or T.Sequence) && !Is(T.To))
        {
            if (form == T.Table && Accept(T.Constraint))
            {
                ColId();
            }
            else
            {
                Accept(T.Column);
                ColId();
            }
        }

        Expect(T.To);
        ColId();
    }

    private void AlterTableCmd()
    {
        switch (Kind)
        {
            case T.Add:
                AddToTable();
                break;
            case T.Alter:
                AlterInTable();
                break;
            case T.Drop:
                _pos++;
                if (!Accept(T.Constraint))
                {
                    Accept(T.Column);
                }

                OptIfExists();
                ColId();
                OptDropBehavior();
                break;
            case T.Validate:
                _pos++;
                Expect(T.Constraint);
                ColId();
                break;
            case T.Set:
                SetOfTable();
                break;
            case T.Reset:
                _pos++;
                Reloptions();
                break;
            case T.Cluster:
                _pos++;
                Expect(T.On);
                ColId();
                break;
            case T.Enable:
            case T.Disable:
                EnableOrDisable();
                break;
            case T.Force:
                _pos++;
                Expect(T.Row, T.Level, T.Security);
                break;
            case T.Inherit:
                _pos++;
                QualifiedName(F.Write);
                break;
            case T.No:
                _pos++;
                if (Accept(T.Force))
                {
                    Expect(T.Row, T.Level, T.Security);
                }
                else
                {
                    Expect(T.Inherit);
                    QualifiedName(F.Write);
                }

                break;
            case T.Of:
                _pos++;
                AnyName();
                break;
            case T.Not:
                _pos++;
                Expect(T.Of);
                break;
            case T.Owner:
                _pos++;
                Expect(T.To);
                RoleSpec();
                break;
            case T.Replica:
                _pos++;
                Expect(T.Identity);
                ReplicaIdentityStmt();
                break;
            default:
                AlterGenericOptions();
                break;
        }
    }

    private void AddToTable()
    {
        _pos++;
        var column = Accept(T.Column);
        if (!column && IsTableConstraint())
        {
            TableConstraint();
        }
        else
        {
            OptIfNotExists();
            ColumnDef();
        }
    }

    private void SetOfTable()
    {
        _pos++;
        switch (Kind)
        {
            case T.Without:
                _pos++;
                if (!Accept(T.Oids))
                {
                    Expect(T.Cluster);
                }

                break;
            case T.Logged:
            case T.Unlogged:
                _pos++;
                break;
            case T.Access:
                _pos++;
                Expect(T.Method);
                if (!Accept(T.Default))
                {
                    ColId();
                }

                break;
            case T.Tablespace:
                OptTableSpace();
                break;
            default:
                Reloptions();
                break;
        }
    }

    private void EnableOrDisable()
    {
        var enable = Accept(T.Enable);
        if (!enable)
        {
            Expect(T.Disable);
        }

        if (Accept(T.Row))
        {
            Expect(T.Level, T.Security);
            return;
        }

        var when = enable && (Accept(T.Always) || Accept(T.Replica));
        if (Accept(T.Rule))
        {
            ColId();
            return;
        }

        Expect(T.Trigger);
        if (when || !(Accept(T.All) || Accept(T.User)))
        {
            ColId();
        }
    }

    // A statement to PostgreSQL, although it never stands alone.
    private void ReplicaIdentityStmt()
    {
        var mark = Mark;
        var token = _pos;
        if (Accept(T.Using))
        {
            Expect(T.Index);
            ColId();
        }
        else if (!Accept(T.Nothing) && !Accept(T.Full))
        {
            Expect(T.Default);
        }

        Emit(N.ReplicaIdentityStmt, mark, token);
    }
}
