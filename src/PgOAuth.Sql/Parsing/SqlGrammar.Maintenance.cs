using PgOAuth.Sql.Lexing;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH, TRUNCATE, LOCK.</content>
internal ref partial struct SqlGrammar
{
    private bool MaintenanceStmt()
    {
        var mark = Mark;
        var token = _pos;
        N kind;
        switch (Kind)
        {
            case T.Vacuum:
                _pos++;
                VacuumOptions();
                OptVacuumRelationList();
                kind = N.VacuumStmt;
                break;
            case T.Analyze:
            case T.Analyse:
                _pos++;
                if (Is(T.LeftParen))
                {
                    UtilityOptionList();
                }
                else
                {
                    Accept(T.Verbose);
                }

                OptVacuumRelationList();
                kind = N.VacuumStmt;
                break;
            case T.Cluster:
                _pos++;
                ClusterTarget();
                kind = N.ClusterStmt;
                break;
            case T.Reindex:
                _pos++;
                ReindexTarget();
                kind = N.ReindexStmt;
                break;
            case T.Refresh:
                _pos++;
                Expect(T.Materialized, T.View);
                Accept(T.Concurrently);
                QualifiedName(F.Write);
                if (Accept(T.With))
                {
                    Accept(T.No);
                    Expect(T.Data);
                }

                kind = N.RefreshMatViewStmt;
                break;
            case T.Truncate:
                _pos++;
                Accept(T.Table);
                RelationExprList(F.Write);
                if (Accept(T.Continue) || Accept(T.Restart))
                {
                    Expect(T.Identity);
                }

                OptDropBehavior();
                kind = N.TruncateStmt;
                break;
            case T.Lock:
                _pos++;
                Accept(T.Table);
                RelationExprList(F.Write);
                if (Accept(T.In))
                {
                    LockType();
                    Expect(T.Mode);
                }

                Accept(T.Nowait);
                kind = N.LockStmt;
                break;
            default:
                return false;
        }

        Emit(kind, mark, token);
        return true;
    }

    private void VacuumOptions()
    {
        if (Is(T.LeftParen))
        {
            UtilityOptionList();
            return;
        }

        Accept(T.Full);
        Accept(T.Freeze);
        Accept(T.Verbose);
        _ = Accept(T.Analyze) || Accept(T.Analyse);
    }

    private void OptVacuumRelationList()
    {
        if (!Is(T.Only) && !Has(SqlTokenTraits.ColId))
        {
            return;
        }

        do
        {
            RelationExpr(F.Write);
            OptNameList();
        }
        while (Accept(T.Comma));
    }

    // Behind CLUSTER: [VERBOSE | (options)] [relation [USING index]], or the older [VERBOSE] index ON relation.
    private void ClusterTarget()
    {
        var options = Is(T.LeftParen);
        if (options)
        {
            UtilityOptionList();
        }
        else
        {
            Accept(T.Verbose);
        }

        if (!Has(SqlTokenTraits.ColId))
        {
            return;
        }

        if (!options && Peek(1) == T.On)
        {
            _pos += 2;
            QualifiedName(F.Write);
            return;
        }

        QualifiedName(F.Write);
        if (Accept(T.Using))
        {
            ColId();
        }
    }

    private void ReindexTarget()
    {
        if (Is(T.LeftParen))
        {
            UtilityOptionList();
        }

        if (Accept(T.Index) || Accept(T.Table))
        {
            Accept(T.Concurrently);
            QualifiedName(F.Write);
        }
        else if (Accept(T.Schema))
        {
            Accept(T.Concurrently);
            ColId();
        }
        else if (Accept(T.System) || Accept(T.Database))
        {
            Accept(T.Concurrently);
            if (Has(SqlTokenTraits.ColId))
            {
                ColId();
            }
        }
        else
        {
            SyntaxError();
        }
    }

    private void LockType()
    {
        switch (Kind)
        {
            case T.Access:
                _pos++;
                if (!Accept(T.Share))
                {
                    Expect(T.Exclusive);
                }

                break;
            case T.Row:
                _pos++;
                if (!Accept(T.Share))
                {
                    Expect(T.Exclusive);
                }

                break;
            case T.Share:
                _pos++;
                if (Accept(T.Update) || Accept(T.Row))
                {
                    Expect(T.Exclusive);
                }

                break;
            default:
                Expect(T.Exclusive);
                break;
        }
    }
}
