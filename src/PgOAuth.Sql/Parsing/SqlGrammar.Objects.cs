using PgOAuth.Sql.Lexing;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>CREATE and ALTER of roles, databases, extensions, servers, policies, publications and their like.</content>
internal ref partial struct SqlGrammar
{
    private bool CreateObjectFamily()
    {
        var mark = Mark;
        var token = _pos;
        N kind;
        switch (Peek(1))
        {
            case T.User when Peek(2) == T.Mapping && Peek(3) is T.For or T.If:
                _pos += 3;
                CreateUserMapping();
                kind = N.CreateUserMappingStmt;
                break;
            case T.Role:
            case T.User:
            case T.Group:
                _pos += 2;
                RoleId();
                OptWith();
                CreateRoleOptions();
                kind = N.CreateRoleStmt;
                break;
            case T.Database:
                _pos += 2;
                ColId();
                OptWith();
                DatabaseOptions();
                kind = N.CreatedbStmt;
                break;
            case T.Tablespace:
                _pos += 2;
                CreateTableSpace();
                kind = N.CreateTableSpaceStmt;
                break;
            case T.Extension:
                _pos += 2;
                CreateExtension();
                kind = N.CreateExtensionStmt;
                break;
            case T.Foreign when Peek(2) == T.Data:
                _pos += 3;
                Expect(T.Wrapper);
                ColId();
                FdwOptions();
                OptGenericOptions();
                kind = N.CreateFdwStmt;
                break;
            case T.Server:
                _pos += 2;
                CreateForeignServer();
                kind = N.CreateForeignServerStmt;
                break;
            case T.Policy:
                _pos += 2;
                CreatePolicy();
                kind = N.CreatePolicyStmt;
                break;
            case T.Publication:
                _pos += 2;
                CreatePublication();
                kind = N.CreatePublicationStmt;
                break;
            case T.Subscription:
                _pos += 2;
                CreateSubscription();
                kind = N.CreateSubscriptionStmt;
                break;
            case T.Access:
                _pos += 2;
                CreateAccessMethod();
                kind = N.CreateAmStmt;
                break;
            default:
                return false;
        }

        Emit(kind, mark, token);
        return true;
    }

    private bool AlterObjectFamily()
    {
        var mark = Mark;
        var token = _pos;
        N kind;
        switch (Peek(1))
        {
            case T.User when Peek(2) == T.Mapping && Peek(3) == T.For:
                _pos += 4;
                AuthIdent();
                Expect(T.Server);
                ColId();
                AlterGenericOptions();
                kind = N.AlterUserMappingStmt;
                break;
            case T.Role:
            case T.User:
                _pos += 2;
                kind = AlterRole();
                break;
            case T.Group:
                _pos += 2;
                kind = AlterGroup();
                break;
            case T.Database:
                _pos += 2;
                kind = AlterDatabase();
                break;
            case T.Tablespace:
                _pos += 2;
                kind = AlterTableSpace();
                break;
            case T.Extension:
                _pos += 2;
                kind = AlterExtension();
                break;
            case T.Foreign when Peek(2) == T.Data:
                _pos += 3;
                kind = AlterForeignDataWrapper();
                break;
            case T.Server:
                _pos += 2;
                kind = AlterForeignServer();
                break;
            case T.Policy:
                _pos += 2;
                kind = AlterPolicy();
                break;
            case T.Publication:
                _pos += 2;
                kind = AlterPublication();
                break;
            case T.Subscription:
                _pos += 2;
                kind = AlterSubscription();
                break;
            case T.System:
                _pos += 2;
                AlterSystem();
                kind = N.AlterSystemStmt;
                break;
            case T.Default:
                _pos += 2;
                AlterDefaultPrivileges();
                kind = N.AlterDefaultPrivilegesStmt;
                break;
            case T.Large:
                _pos += 2;
                Expect(T.Object);
                NumericOnly();
                Expect(T.Owner, T.To);
                RoleSpec();
                kind = N.AlterOwnerStmt;
                break;
            default:
                return false;
        }

        Emit(kind, mark, token);
        return true;
    }

    /// <summary>RENAME TO name or OWNER TO role. None when neither stands here.</summary>
    private N AcceptRenameOrOwner()
    {
        if (Accept(T.Rename))
        {
            Expect(T.To);
            ColId();
            return N.RenameStmt;
        }

        if (Accept(T.Owner, T.To))
        {
            RoleSpec();
            return N.AlterOwnerStmt;
        }

        return N.None;
    }

    private void CreateExtension()
    {
        OptIfNotExists();
        ColId();
        OptWith();
        while (true)
        {
            if (Accept(T.Schema))
            {
                ColId();
            }
            else if (Accept(T.Version))
            {
                NonReservedWordOrSconst();
            }
            else if (Is(T.From))
            {
                Fail("CREATE EXTENSION ... FROM is no longer supported");
            }
            else if (!Accept(T.Cascade))
            {
                return;
            }
        }
    }

    private N AlterExtension()
    {
        ColId();
        if (Accept(T.Update))
        {
            while (Accept(T.To))
            {
                NonReservedWordOrSconst();
            }

            return N.AlterExtensionStmt;
        }

        if (Accept(T.Set))
        {
            Expect(T.Schema);
            ColId();
            return N.AlterObjectSchemaStmt;
        }

        if (!Accept(T.Add))
        {
            Expect(T.Drop);
        }

        if (!CommonObject() && !RareObject())
        {
            SyntaxError();
        }

        return N.AlterExtensionContentsStmt;
    }

    private void CreateAccessMethod()
    {
        Expect(T.Method);
        ColId();
        Expect(T.Type);
        if (!Accept(T.Index))
        {
            Expect(T.Table);
        }

        Expect(T.Handler);
        HandlerName();
    }

    // handler_name: like any_name.
    private void HandlerName() => AnyName();

    private void AlterSystem()
    {
        var mark = Mark;
        var token = _pos;
        if (Accept(T.Reset))
        {
            if (!Accept(T.All))
            {
                VarName();
            }
        }
        else
        {
            Expect(T.Set);
            VarName();
            GenericSetValue();
        }

        Emit(N.VariableSetStmt, mark, token);
    }

    private void AlterDefaultPrivileges()
    {
        Expect(T.Privileges);
        while (true)
        {
            if (Accept(T.In))
            {
                Expect(T.Schema);
                NameList();
            }
            else if (Accept(T.For))
            {
                if (!Accept(T.Role))
                {
                    Expect(T.User);
                }

                RoleList();
            }
            else
            {
                break;
            }
        }

        DefAclAction();
    }

    // DefACLAction: a GRANT or REVOKE that names kinds of objects only.
    private void DefAclAction()
    {
        var mark = Mark;
        var token = _pos;
        if (Accept(T.Grant))
        {
            Privileges();
            DefAclTarget();
            Expect(T.To);
            GranteeList();
            if (Accept(T.With))
            {
                Expect(T.Grant, T.Option);
            }
        }
        else
        {
            Expect(T.Revoke);
            Accept(T.Grant, T.Option, T.For);
            Privileges();
            DefAclTarget();
            Expect(T.From);
            GranteeList();
            OptDropBehavior();
        }

        Emit(N.GrantStmt, mark, token);
    }

    private void DefAclTarget()
    {
        Expect(T.On);
        if (Accept(T.Large))
        {
            Expect(T.Objects);
        }
        else if (!(Accept(T.Tables) || Accept(T.Functions) || Accept(T.Routines) || Accept(T.Sequences) || Accept(T.Types)))
        {
            Expect(T.Schemas);
        }
    }
}
