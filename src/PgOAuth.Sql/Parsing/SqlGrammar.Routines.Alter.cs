using PgOAuth.Sql.Lexing;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>ALTER of functions, procedures, triggers, rules, types, domains, operators, aggregates and their like.</content>
internal ref partial struct SqlGrammar
{
    private const SqlAlterForms RenameOwnerSchema = SqlAlterForms.Rename | SqlAlterForms.Owner | SqlAlterForms.Schema;

    private bool AlterRoutineFamily()
    {
        var mark = Mark;
        var token = _pos;
        switch (Peek(1))
        {
            case T.Function:
            case T.Procedure:
            case T.Routine:
                _pos += 2;
                AlterFunctionStmt(mark, token);
                return true;
            case T.Aggregate:
                _pos += 2;
                AggregateWithArgtypes();
                AlterForm(mark, token, RenameOwnerSchema);
                return true;
            case T.Type:
                _pos += 2;
                AlterTypeStmt(mark, token);
                return true;
            case T.Domain:
                _pos += 2;
                AlterDomainStmt(mark, token);
                return true;
            case T.Operator:
                _pos += 2;
                AlterOperator(mark, token);
                return true;
            case T.Trigger:
                _pos += 2;
                MemberOfRelation();
                AlterForm(mark, token, SqlAlterForms.Rename | SqlAlterForms.Depends);
                return true;
            case T.Rule:
                _pos += 2;
                MemberOfRelation();
                AlterForm(mark, token, SqlAlterForms.Rename);
                return true;
            case T.Event when Peek(2) == T.Trigger:
                _pos += 3;
                AlterEventTrigger(mark, token);
                return true;
            case T.Collation:
                _pos += 2;
                AlterCollation(mark, token);
                return true;
            case T.Conversion:
                _pos += 2;
                AnyName();
                AlterForm(mark, token, RenameOwnerSchema);
                return true;
            case T.Text when Peek(2) == T.Search:
                _pos += 3;
                AlterTextSearch(mark, token);
                return true;
            case T.Procedural:
            case T.Language:
                _pos++;
                Accept(T.Procedural);
                Expect(T.Language);
                ColId();
                AlterForm(mark, token, SqlAlterForms.Rename | SqlAlterForms.Owner);
                return true;
            case T.Statistics:
                _pos += 2;
                AlterStatistics(mark, token);
                return true;
            default:
                return false;
        }
    }

    /// <summary>One of the changes that many kinds of objects share, with the statement's node.</summary>
    private void AlterForm(int mark, int token, SqlAlterForms allowed)
    {
        SqlAlterForms form;
        switch (Kind)
        {
            case T.Rename:
                form = SqlAlterForms.Rename;
                _pos++;
                Expect(T.To);
                ColId();
                Emit(N.RenameStmt, mark, token);
                break;
            case T.Owner:
                form = SqlAlterForms.Owner;
                _pos++;
                Expect(T.To);
                RoleSpec();
                Emit(N.AlterOwnerStmt, mark, token);
                break;
            case T.Set:
                form = SqlAlterForms.Schema;
                _pos++;
                Expect(T.Schema);
                ColId();
                Emit(N.AlterObjectSchemaStmt, mark, token);
                break;
            default:
                form = SqlAlterForms.Depends;
                Accept(T.No);
                Expect(T.Depends);
                Expect(T.On, T.Extension);
                ColId();
                Emit(N.AlterObjectDependsStmt, mark, token);
                break;
        }

        if ((allowed & form) == 0)
        {
            SyntaxError();
        }
    }

    private void AlterFunctionStmt(int mark, int token)
    {
        FunctionWithArgtypes();
        if (Kind is T.Rename or T.Owner or T.Depends or T.No || (Is(T.Set) && Peek(1) == T.Schema && PeekHas(2, SqlTokenTraits.ColId)))
        {
            AlterForm(mark, token, RenameOwnerSchema | SqlAlterForms.Depends);
            return;
        }

        if (!CommonFuncOptItem())
        {
            SyntaxError();
        }

        while (CommonFuncOptItem())
        {
        }

        Accept(T.Restrict);
        Emit(N.AlterFunctionStmt, mark, token);
    }

    // name ON relation.
    private void MemberOfRelation()
    {
        ColId();
        Expect(T.On);
        QualifiedName(F.Write);
    }

    private void AlterOperator(int mark, int token)
    {
        if (Is(T.Class) && Peek(1) != T.Dot)
        {
            _pos++;
            AnyName();
            Expect(T.Using);
            ColId();
            AlterForm(mark, token, RenameOwnerSchema);
        }
        else if (Is(T.Family) && Peek(1) != T.Dot)
        {
            _pos++;
            AlterOpFamilyStmt(mark, token);
        }
        else
        {
            OperatorWithArgtypes();
            if (Accept(T.Set, T.LeftParen))
            {
                _pos--;
                Definition();
                Emit(N.AlterOperatorStmt, mark, token);
            }
            else
            {
                AlterForm(mark, token, SqlAlterForms.Owner | SqlAlterForms.Schema);
            }
        }
    }

    private void AlterEventTrigger(int mark, int token)
    {
        ColId();
        if (Accept(T.Enable))
        {
            _ = Accept(T.Replica) || Accept(T.Always);
        }
        else if (!Accept(T.Disable))
        {
            AlterForm(mark, token, SqlAlterForms.Rename | SqlAlterForms.Owner);
            return;
        }

        Emit(N.AlterEventTrigStmt, mark, token);
    }

    private void AlterCollation(int mark, int token)
    {
        AnyName();
        if (Accept(T.Refresh))
        {
            Expect(T.Version);
            Emit(N.AlterCollationStmt, mark, token);
        }
        else
        {
            AlterForm(mark, token, RenameOwnerSchema);
        }
    }

    private void AlterTextSearch(int mark, int token)
    {
        var kind = TextSearchKind();
        AnyName();
        if (kind == T.Dictionary && Is(T.LeftParen))
        {
            Definition();
            Emit(N.AlterTSDictionaryStmt, mark, token);
        }
        else if (kind == T.Configuration && Kind is T.Add or T.Alter or T.Drop)
        {
            AlterTsConfigurationStmt(mark, token);
        }
        else
        {
            AlterForm(mark, token, kind is T.Dictionary or T.Configuration ? RenameOwnerSchema : SqlAlterForms.Rename | SqlAlterForms.Schema);
        }
    }

    private void AlterTsConfigurationStmt(int mark, int token)
    {
        var kind = Kind;
        _pos++;
        Expect(T.Mapping);
        if (kind == T.Drop)
        {
            OptIfExists();
            Expect(T.For);
            NameList();
        }
        else
        {
            MappingOfTokens(kind == T.Alter);
        }

        Emit(N.AlterTSConfigurationStmt, mark, token);
    }

    // FOR token types WITH dictionaries; ALTER also replaces one dictionary by another, for all token types or some.
    private void MappingOfTokens(bool alter)
    {
        var all = !Is(T.For);
        if (!all || !alter)
        {
            Expect(T.For);
            NameList();
        }

        if (alter && (all || Is(T.Replace)))
        {
            Expect(T.Replace);
            AnyName();
            AnyWith();
            AnyName();
            return;
        }

        AnyWith();
        AnyNameList();
    }

    // any_with.
    private void AnyWith()
    {
        if (!OptWith())
        {
            SyntaxError();
        }
    }

    private void AlterStatistics(int mark, int token)
    {
        var ifExists = OptIfExists();
        AnyName();
        if (ifExists || (Is(T.Set) && Peek(1) == T.Statistics))
        {
            Expect(T.Set, T.Statistics);
            if (!Accept(T.Default))
            {
                SignedIconst();
            }

            Emit(N.AlterStatsStmt, mark, token);
        }
        else
        {
            AlterForm(mark, token, RenameOwnerSchema);
        }
    }
}
