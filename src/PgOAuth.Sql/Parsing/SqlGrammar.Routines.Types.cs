using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>CREATE and ALTER of types and domains.</content>
internal ref partial struct SqlGrammar
{
    private void CreateTypeStmt(int mark, int token)
    {
        var kind = N.DefineStmt;
        var name = _pos;
        var words = AnyName();
        if (Accept(T.As))
        {
            if (Accept(T.Enum))
            {
                kind = N.CreateEnumStmt;
                Expect(T.LeftParen);
                if (!Is(T.RightParen))
                {
                    SConstList();
                }

                Expect(T.RightParen);
            }
            else if (Accept(T.Range))
            {
                kind = N.CreateRangeStmt;
                Definition();
            }
            else
            {
                kind = N.CompositeTypeStmt;
                CheckRangeVarName(name, words);
                Expect(T.LeftParen);
                if (!Is(T.RightParen))
                {
                    TableFuncElementList();
                }

                Expect(T.RightParen);
            }
        }
        else if (Is(T.LeftParen))
        {
            Definition();
        }

        Emit(kind, mark, token);
    }

    // A composite type is kept like a relation, whose name has at most three words.
    private void CheckRangeVarName(int token, int words)
    {
        if (words > 3)
        {
            Fail("improper qualified name (too many dotted names)", token);
        }
    }

    private void AlterTypeStmt(int mark, int token)
    {
        var name = _pos;
        var words = AnyName();
        switch (Kind)
        {
            case T.Add when Peek(1) == T.Value:
                _pos += 2;
                OptIfNotExists();
                SConst();
                if (Accept(T.Before) || Accept(T.After))
                {
                    SConst();
                }

                Emit(N.AlterEnumStmt, mark, token);
                break;
            case T.Rename when Peek(1) == T.Value:
                _pos += 2;
                SConst();
                Expect(T.To);
                SConst();
                Emit(N.AlterEnumStmt, mark, token);
                break;
            case T.Drop when Peek(1) == T.Value:
                Fail("dropping an enum value is not implemented");
                break;
            case T.Rename when Peek(1) == T.Attribute:
                _pos += 2;
                CheckRangeVarName(name, words);
                ColId();
                Expect(T.To);
                ColId();
                OptDropBehavior();
                Emit(N.RenameStmt, mark, token);
                break;
            case T.Set when Peek(1) == T.LeftParen:
                _pos++;
                Definition();
                Emit(N.AlterTypeStmt, mark, token);
                break;
            case T.Add:
            case T.Drop:
            case T.Alter:
                CheckRangeVarName(name, words);
                do
                {
                    AlterTypeCmd();
                }
                while (Accept(T.Comma));

                Emit(N.AlterTableStmt, mark, token);
                break;
            default:
                AlterForm(mark, token, RenameOwnerSchema);
                break;
        }
    }

    /// <summary>alter_type_cmd.</summary>
    private void AlterTypeCmd()
    {
        if (Accept(T.Add))
        {
            Expect(T.Attribute);
            TableFuncElement();
        }
        else if (Accept(T.Drop))
        {
            Expect(T.Attribute);
            OptIfExists();
            ColId();
        }
        else
        {
            Expect(T.Alter, T.Attribute);
            ColId();
            if (Accept(T.Set))
            {
                Expect(T.Data);
            }

            Expect(T.Type);
            Typename();
            OptCollate();
        }

        OptDropBehavior();
    }

    private void CreateDomainStmt(int mark, int token)
    {
        AnyName();
        Accept(T.As);
        Typename();
        ColQualList();
        Emit(N.CreateDomainStmt, mark, token);
    }

    private void AlterDomainStmt(int mark, int token)
    {
        AnyName();
        switch (Kind)
        {
            case T.Set when Peek(1) == T.Default:
                _pos += 2;
                AExpr();
                break;
            case T.Drop when Peek(1) == T.Default:
                _pos += 2;
                break;
            case T.Set or T.Drop when Peek(1) == T.Not:
                _pos += 2;
                Expect(T.Null);
                break;
            case T.Add:
                _pos++;
                DomainConstraint();
                break;
            case T.Drop:
                _pos++;
                Expect(T.Constraint);
                OptIfExists();
                ColId();
                OptDropBehavior();
                break;
            case T.Validate:
                _pos++;
                Expect(T.Constraint);
                ColId();
                break;
            case T.Rename when Peek(1) == T.Constraint:
                _pos += 2;
                ColId();
                Expect(T.To);
                ColId();
                Emit(N.RenameStmt, mark, token);
                return;
            default:
                AlterForm(mark, token, RenameOwnerSchema);
                return;
        }

        Emit(N.AlterDomainStmt, mark, token);
    }

    /// <summary>DomainConstraint.</summary>
    private void DomainConstraint()
    {
        if (Accept(T.Constraint))
        {
            ColId();
        }

        if (Accept(T.Not, T.Null))
        {
            ConstraintAttributeSpec("NOT NULL constraints of domains have no attributes", SqlConstraintAttributes.None);
            return;
        }

        Expect(T.Check, T.LeftParen);
        AExpr();
        Expect(T.RightParen);
        ConstraintAttributeSpec("CHECK constraints of domains can only be marked NOT VALID or NO INHERIT", SqlConstraintAttributes.NotValid | SqlConstraintAttributes.NoInherit);
    }
}
