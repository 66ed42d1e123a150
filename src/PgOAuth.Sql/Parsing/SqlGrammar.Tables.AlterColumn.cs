using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>ALTER TABLE .. ALTER COLUMN, ALTER CONSTRAINT.</content>
internal ref partial struct SqlGrammar
{
    // ALTER [COLUMN], ALTER CONSTRAINT
    private void AlterInTable()
    {
        _pos++;
        if (Accept(T.Constraint))
        {
            ColId();
            if (!Accept(T.Inherit))
            {
                ConstraintAttributeSpec("FOREIGN KEY constraints cannot be marked so", SqlConstraintAttributes.AnyDeferrable | SqlConstraintAttributes.Enforced | SqlConstraintAttributes.NotEnforced | SqlConstraintAttributes.NoInherit);
            }

            return;
        }

        Accept(T.Column);
        if (Accept(T.IConst))
        {
            if (IConstValue(_pos - 1) is 0 or > short.MaxValue)
            {
                Fail("column number must be in range from 1 to 32767", _pos - 1);
            }

            Expect(T.Set, T.Statistics);
            StatisticsTarget();
            return;
        }

        ColId();
        AlterColumn();
    }

    // What follows the column's name.
    private void AlterColumn()
    {
        switch (Kind)
        {
            case T.Set:
                SetOfColumn();
                break;
            case T.Drop:
                _pos++;
                if (Accept(T.Not))
                {
                    Expect(T.Null);
                }
                else if (!Accept(T.Default))
                {
                    if (!Accept(T.Expression))
                    {
                        Expect(T.Identity);
                    }

                    OptIfExists();
                }

                break;
            case T.Reset:
                _pos++;
                Reloptions();
                break;
            case T.Add:
                _pos++;
                Expect(T.Generated);
                GeneratedWhen();
                Expect(T.As, T.Identity);
                OptParenthesizedSeqOptList();
                break;
            case T.Restart:
                AlterIdentityOptions();
                break;
            case T.Options:
                AlterGenericOptions();
                break;
            default:
                AlterColumnType();
                break;
        }
    }

    private void SetOfColumn()
    {
        switch (Peek(1))
        {
            case T.Default:
                _pos += 2;
                AExpr();
                break;
            case T.Not:
                _pos += 2;
                Expect(T.Null);
                break;
            case T.Expression:
                _pos += 2;
                Expect(T.As, T.LeftParen);
                AExpr();
                Expect(T.RightParen);
                break;
            case T.Statistics:
                _pos += 2;
                StatisticsTarget();
                break;
            case T.LeftParen:
                _pos++;
                Reloptions();
                break;
            case T.Storage:
            case T.Compression:
                _pos++;
                ColumnStorageOrCompression();
                break;
            case T.Data:
                _pos += 2;
                AlterColumnType();
                break;
            default:
                AlterIdentityOptions();
                break;
        }
    }

    private void AlterColumnType()
    {
        Expect(T.Type);
        Typename();
        OptCollate();
        if (Accept(T.Using))
        {
            AExpr();
        }
    }

    // alter_identity_column_option_list
    private void AlterIdentityOptions()
    {
        do
        {
            if (Is(T.Restart))
            {
                Restart();
                continue;
            }

            Expect(T.Set);
            if (Accept(T.Generated))
            {
                GeneratedWhen();
            }
            else if (Kind is T.As or T.Owned or T.Restart)
            {
                Fail("sequence option not supported here");
            }
            else if (!SeqOptElem())
            {
                SyntaxError();
            }
        }
        while (Kind is T.Restart or T.Set);
    }

    private void StatisticsTarget()
    {
        if (!Accept(T.Default))
        {
            SignedIconst();
        }
    }
}
