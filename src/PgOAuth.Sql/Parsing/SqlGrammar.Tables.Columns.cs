using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Columns and constraints of tables.</content>
internal ref partial struct SqlGrammar
{
    /// <summary>columnDef.</summary>
    private void ColumnDef()
    {
        ColId();
        Typename();
        if (Is(T.Storage))
        {
            ColumnStorageOrCompression();
        }

        if (Is(T.Compression))
        {
            ColumnStorageOrCompression();
        }

        OptGenericOptions();
        ColQualList();
    }

    // column_storage, column_compression: the word and what follows.
    private void ColumnStorageOrCompression()
    {
        _pos++;
        if (!Accept(T.Default))
        {
            ColId();
        }
    }

    /// <summary>ColQualList: constraints of a column, and its collation.</summary>
    private void ColQualList()
    {
        var collated = false;
        while (true)
        {
            switch (Kind)
            {
                case T.Constraint:
                    _pos++;
                    ColId();
                    if (!ColConstraintElem())
                    {
                        SyntaxError();
                    }

                    break;
                case T.Collate:
                    if (collated)
                    {
                        Fail("multiple COLLATE clauses not allowed");
                        return;
                    }

                    collated = true;
                    OptCollate();
                    break;
                case T.Deferrable:
                case T.Enforced:
                    _pos++;
                    break;
                case T.Initially:
                    InitiallyWhen();
                    break;
                case T.Not when Peek(1) is T.Deferrable or T.Enforced:
                    _pos += 2;
                    break;
                default:
                    if (!ColConstraintElem())
                    {
                        return;
                    }

                    break;
            }
        }
    }

    // False, and nothing read, when no such constraint stands here.
    private bool ColConstraintElem()
    {
        switch (Kind)
        {
            case T.Not:
                _pos++;
                Expect(T.Null);
                OptNoInherit();
                return true;
            case T.Null:
                _pos++;
                return true;
            case T.Unique:
                _pos++;
                OptNullsDistinct();
                OptDefinition();
                OptConsTableSpace();
                return true;
            case T.Primary:
                _pos++;
                Expect(T.Key);
                OptDefinition();
                OptConsTableSpace();
                return true;
            case T.Check:
                _pos++;
                Expect(T.LeftParen);
                AExpr();
                Expect(T.RightParen);
                OptNoInherit();
                return true;
            case T.Default:
                _pos++;
                BExpr();
                return true;
            case T.Generated:
                GeneratedColumn();
                return true;
            case T.References:
                _pos++;
                QualifiedName(F.Read);
                OptNameList();
                KeyMatch();
                KeyActions();
                return true;
            default:
                return false;
        }
    }

    private void GeneratedColumn()
    {
        _pos++;
        var when = _pos;
        GeneratedWhen();
        Expect(T.As);
        if (Accept(T.Identity))
        {
            OptParenthesizedSeqOptList();
            return;
        }

        Expect(T.LeftParen);
        AExpr();
        Expect(T.RightParen);
        _ = Accept(T.Stored) || Accept(T.Virtual);
        if (_tokens[when].Kind != T.Always)
        {
            Fail("for a generated column, GENERATED ALWAYS must be specified", when);
        }
    }

    private void GeneratedWhen()
    {
        if (!Accept(T.Always))
        {
            Expect(T.By, T.Default);
        }
    }

    private void OptNoInherit() => Accept(T.No, T.Inherit);

    private void OptConsTableSpace()
    {
        if (Accept(T.Using))
        {
            Expect(T.Index, T.Tablespace);
            ColId();
        }
    }

    // EXCLUDE may be a column's name as well.
    private readonly bool IsTableConstraint() => Kind is T.Constraint or T.Check or T.Not or T.Unique or T.Primary or T.Foreign ||
        (Is(T.Exclude) && Peek(1) is T.LeftParen or T.Using);

    private void TableConstraint()
    {
        if (Accept(T.Constraint))
        {
            ColId();
        }

        switch (Kind)
        {
            case T.Check:
                _pos++;
                Expect(T.LeftParen);
                AExpr();
                Expect(T.RightParen);
                ConstraintAttributeSpec("CHECK constraints cannot be marked so", SqlConstraintAttributes.Enforced | SqlConstraintAttributes.NotEnforced | SqlConstraintAttributes.NotValid | SqlConstraintAttributes.NoInherit);
                break;
            case T.Not:
                _pos++;
                Expect(T.Null);
                ColId();
                ConstraintAttributeSpec("NOT NULL constraints cannot be marked so", SqlConstraintAttributes.NotValid | SqlConstraintAttributes.NoInherit);
                break;
            case T.Unique:
                _pos++;
                if (!OptExistingIndex())
                {
                    OptNullsDistinct();
                    KeyColumns();
                }

                ConstraintAttributeSpec("UNIQUE constraints cannot be marked so", SqlConstraintAttributes.AnyDeferrable);
                break;
            case T.Primary:
                _pos++;
                Expect(T.Key);
                if (!OptExistingIndex())
                {
                    KeyColumns();
                }

                ConstraintAttributeSpec("PRIMARY KEY constraints cannot be marked so", SqlConstraintAttributes.AnyDeferrable);
                break;
            case T.Exclude:
                ExcludeConstraint();
                ConstraintAttributeSpec("EXCLUDE constraints cannot be marked so", SqlConstraintAttributes.AnyDeferrable);
                break;
            case T.Foreign:
                _pos++;
                Expect(T.Key, T.LeftParen);
                ColumnsAndPeriod();
                Expect(T.RightParen);
                Expect(T.References);
                QualifiedName(F.Read);
                if (Accept(T.LeftParen))
                {
                    ColumnsAndPeriod();
                    Expect(T.RightParen);
                }

                KeyMatch();
                KeyActions();
                ConstraintAttributeSpec("FOREIGN KEY constraints cannot be marked so", SqlConstraintAttributes.AnyDeferrable | SqlConstraintAttributes.Enforced | SqlConstraintAttributes.NotEnforced | SqlConstraintAttributes.NotValid);
                break;
            default:
                SyntaxError();
                break;
        }
    }

    private bool OptExistingIndex()
    {
        if (!Accept(T.Using))
        {
            return false;
        }

        Expect(T.Index);
        ColId();
        return true;
    }

    // '(' columnList opt_without_overlaps ')' opt_c_include opt_definition OptConsTableSpace
    private void KeyColumns()
    {
        Expect(T.LeftParen);
        NameList();
        if (Accept(T.Without))
        {
            Expect(T.Overlaps);
        }

        Expect(T.RightParen);
        OptInclude();
        OptDefinition();
        OptConsTableSpace();
    }

    // opt_c_include
    private void OptInclude()
    {
        if (Accept(T.Include) && !OptNameList())
        {
            SyntaxError();
        }
    }

    // columnList optionalPeriodName: PERIOD may be a column's name as well, but not the first thing with a column behind it.
    private void ColumnsAndPeriod()
    {
        ColId();
        while (Accept(T.Comma))
        {
            if (Is(T.Period) && PeekHas(1, SqlTokenTraits.ColId))
            {
                _pos += 2;
                return;
            }

            ColId();
        }
    }

    private void ExcludeConstraint()
    {
        _pos++;
        OptAccessMethod();
        Expect(T.LeftParen);
        do
        {
            IndexElem();
            Expect(T.With);

            // Without a bracket, OPERATOR is the schema that the operator is in.
            if (Accept(T.Operator, T.LeftParen))
            {
                AnyOperator();
                Expect(T.RightParen);
            }
            else
            {
                AnyOperator();
            }
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
        OptInclude();
        OptDefinition();
        OptConsTableSpace();
        if (Accept(T.Where))
        {
            Expect(T.LeftParen);
            AExpr();
            Expect(T.RightParen);
        }
    }
}
