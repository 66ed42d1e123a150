using PgOAuth.Sql.Lexing;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>GRANT, REVOKE, REASSIGN OWNED, COMMENT, SECURITY LABEL, IMPORT FOREIGN SCHEMA.</content>
internal ref partial struct SqlGrammar
{
    private bool AccessStmt()
    {
        var mark = Mark;
        var token = _pos;
        switch (Kind)
        {
            case T.Grant:
                GrantStmt(mark, token);
                break;
            case T.Revoke:
                RevokeStmt(mark, token);
                break;
            case T.Reassign:
                _pos++;
                Expect(T.Owned, T.By);
                RoleList();
                Expect(T.To);
                RoleSpec();
                Emit(N.ReassignOwnedStmt, mark, token);
                break;
            case T.Comment:
                _pos++;
                Expect(T.On);
                CommentTarget();
                Expect(T.Is);
                SConstOrNull();
                Emit(N.CommentStmt, mark, token);
                break;
            case T.Security:
                _pos++;
                Expect(T.Label);
                SecurityLabelTarget();
                Expect(T.Is);
                SConstOrNull();
                Emit(N.SecLabelStmt, mark, token);
                break;
            case T.Import:
                ImportForeignSchemaStmt(mark, token);
                break;
            default:
                return false;
        }

        return true;
    }

    // GrantStmt and GrantRoleStmt: ON tells which of them it is.
    private void GrantStmt(int mark, int token)
    {
        _pos++;
        var all = Privileges();
        if (Accept(T.On))
        {
            PrivilegeTarget();
            Expect(T.To);
            GranteeList();
            if (Accept(T.With))
            {
                Expect(T.Grant, T.Option);
            }

            OptGrantedBy();
            Emit(N.GrantStmt, mark, token);
            return;
        }

        if (all)
        {
            SyntaxError();
        }

        Expect(T.To);
        RoleList();
        if (Accept(T.With))
        {
            do
            {
                ColLabel();
                if (!Accept(T.Option) && !Accept(T.True))
                {
                    Expect(T.False);
                }
            }
            while (Accept(T.Comma));
        }

        OptGrantedBy();
        Emit(N.GrantRoleStmt, mark, token);
    }

    // RevokeStmt and RevokeRoleStmt.
    private void RevokeStmt(int mark, int token)
    {
        _pos++;
        var grantOption = Accept(T.Grant, T.Option, T.For);
        var roleOption = !grantOption && Has(SqlTokenTraits.ColId) && Peek(1) == T.Option;
        if (roleOption)
        {
            _pos += 2;
            Expect(T.For);
        }

        var all = Privileges();
        var onObject = !roleOption && Accept(T.On);
        if (onObject)
        {
            PrivilegeTarget();
        }
        else if (grantOption || all)
        {
            SyntaxError();
        }

        Expect(T.From);
        if (onObject)
        {
            GranteeList();
        }
        else
        {
            RoleList();
        }

        OptGrantedBy();
        OptDropBehavior();
        Emit(onObject ? N.GrantStmt : N.GrantRoleStmt, mark, token);
    }

    // privileges, of which privilege_list is also a list of roles. True: ALL.
    private bool Privileges()
    {
        if (Accept(T.All))
        {
            Accept(T.Privileges);
            OptNameList();
            return true;
        }

        do
        {
            if (Accept(T.Alter, T.System))
            {
                continue;
            }

            if (!Accept(T.Select) && !Accept(T.References) && !Accept(T.Create))
            {
                ColId();
            }

            OptNameList();
        }
        while (Accept(T.Comma));

        return false;
    }

    // privilege_target. The words for kinds of objects are unreserved, most of them: a table may have their names.
    private void PrivilegeTarget()
    {
        switch (Kind)
        {
            case T.Table:
                _pos++;
                QualifiedNameList(F.Write);
                return;
            case T.Foreign:
                _pos++;
                if (Accept(T.Data))
                {
                    Expect(T.Wrapper);
                }
                else
                {
                    Expect(T.Server);
                }

                NameList();
                return;
            case T.All:
                _pos++;
                if (!(Accept(T.Tables) || Accept(T.Sequences) || Accept(T.Functions) || Accept(T.Procedures)))
                {
                    Expect(T.Routines);
                }

                Expect(T.In, T.Schema);
                NameList();
                return;
        }

        if (Peek(1) is T.Comma or T.Dot or T.To or T.From)
        {
            QualifiedNameList(F.Write);
            return;
        }

        switch (Kind)
        {
            case T.Sequence:
                _pos++;
                QualifiedNameList(F.Write);
                break;
            case T.Function:
            case T.Procedure:
            case T.Routine:
                _pos++;
                FunctionWithArgtypesList();
                break;
            case T.Database:
            case T.Language:
            case T.Schema:
            case T.Tablespace:
                _pos++;
                NameList();
                break;
            case T.Domain:
            case T.Type:
                _pos++;
                AnyNameList();
                break;
            case T.Large:
                _pos++;
                Expect(T.Object);
                do
                {
                    NumericOnly();
                }
                while (Accept(T.Comma));

                break;
            case T.Parameter:
                _pos++;
                do
                {
                    ParameterName();
                }
                while (Accept(T.Comma));

                break;
            default:
                QualifiedNameList(F.Write);
                break;
        }
    }

    // parameter_name: words between dots, all of them ColIds.
    private void ParameterName()
    {
        do
        {
            ColId();
        }
        while (Accept(T.Dot));
    }

    // grantee_list.
    private void GranteeList()
    {
        do
        {
            Accept(T.Group);
            RoleSpec();
        }
        while (Accept(T.Comma));
    }

    private void OptGrantedBy()
    {
        if (Accept(T.Granted))
        {
            Expect(T.By);
            RoleSpec();
        }
    }

    private void CommentTarget()
    {
        switch (Kind)
        {
            case T.Column:
                _pos++;
                NamedRelation(lastIsMember: true);
                break;
            case T.Constraint:
                _pos++;
                ColId();
                Expect(T.On);
                if (Is(T.Domain) && PeekHas(1, SqlTokenTraits.ColId))
                {
                    _pos++;
                    AnyName();
                }
                else
                {
                    NamedRelation();
                }

                break;
            case T.Policy:
            case T.Rule:
            case T.Trigger:
                _pos++;
                ColId();
                Expect(T.On);
                NamedRelation();
                break;
            case T.Large:
                LargeObject();
                break;
            default:
                if (!CommonObject() && !RareObject())
                {
                    SyntaxError();
                }

                break;
        }
    }

    private void SecurityLabelTarget()
    {
        if (Accept(T.For))
        {
            NonReservedWordOrSconst();
        }

        Expect(T.On);
        if (Accept(T.Column))
        {
            NamedRelation(lastIsMember: true);
        }
        else if (Is(T.Large))
        {
            LargeObject();
        }
        else if (!CommonObject())
        {
            SyntaxError();
        }
    }

    private void LargeObject()
    {
        Expect(T.Large, T.Object);
        NumericOnly();
    }

    private void SConstOrNull()
    {
        if (!Accept(T.Null))
        {
            SConst();
        }
    }

    private void ImportForeignSchemaStmt(int mark, int token)
    {
        _pos++;
        Expect(T.Foreign, T.Schema);
        ColId();
        if (Accept(T.Limit, T.To) || Accept(T.Except))
        {
            // Tables of the other server's: nothing here is touched by them.
            Expect(T.LeftParen);
            RelationExprList(F.None);
            Expect(T.RightParen);
        }

        Expect(T.From, T.Server);
        ColId();
        Expect(T.Into);
        ColId();
        OptGenericOptions();
        Emit(N.ImportForeignSchemaStmt, mark, token);
    }
}
