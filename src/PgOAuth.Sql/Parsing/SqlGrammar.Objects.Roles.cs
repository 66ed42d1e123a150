using PgOAuth.Sql.Lexing;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Roles: CREATE and ALTER of ROLE, USER, GROUP; policies.</content>
internal ref partial struct SqlGrammar
{
    // OptRoleList.
    private void CreateRoleOptions()
    {
        while (true)
        {
            switch (Kind)
            {
                case T.Sysid:
                    _pos++;
                    IConst();
                    break;
                case T.Admin:
                case T.Role:
                    _pos++;
                    RoleList();
                    break;
                case T.In:
                    _pos++;
                    if (!Accept(T.Role))
                    {
                        Expect(T.Group);
                    }

                    RoleList();
                    break;
                default:
                    if (!AlterRoleOption())
                    {
                        return;
                    }

                    break;
            }
        }
    }

    // AlterOptRoleElem.
    private bool AlterRoleOption()
    {
        switch (Kind)
        {
            case T.Password:
                _pos++;
                SConstOrNull();
                return true;
            case T.Encrypted:
                _pos++;
                Expect(T.Password);
                SConst();
                return true;
            case T.Unencrypted:
                Fail("UNENCRYPTED PASSWORD is no longer supported");
                return true;
            case T.Inherit:
                _pos++;
                return true;
            case T.Connection:
                _pos++;
                Expect(T.Limit);
                SignedIconst();
                return true;
            case T.Valid:
                _pos++;
                Expect(T.Until);
                SConst();
                return true;
            case T.User:
                _pos++;
                RoleList();
                return true;
            case T.Ident:
                if (!IsRoleOption(_pos))
                {
                    Fail("unrecognized role option");
                    return true;
                }

                _pos++;
                return true;
            default:
                return false;
        }
    }

    // The options that are no keywords; compared as identifiers, so that quotes do not matter.
    private readonly bool IsRoleOption(int token) =>
        TokenEquals(token, "superuser"u8) || TokenEquals(token, "nosuperuser"u8) ||
        TokenEquals(token, "createrole"u8) || TokenEquals(token, "nocreaterole"u8) ||
        TokenEquals(token, "replication"u8) || TokenEquals(token, "noreplication"u8) ||
        TokenEquals(token, "createdb"u8) || TokenEquals(token, "nocreatedb"u8) ||
        TokenEquals(token, "login"u8) || TokenEquals(token, "nologin"u8) ||
        TokenEquals(token, "bypassrls"u8) || TokenEquals(token, "nobypassrls"u8) ||
        TokenEquals(token, "noinherit"u8);

    // Behind ALTER ROLE or ALTER USER.
    private N AlterRole()
    {
        var role = _pos;
        if (!Accept(T.All))
        {
            RoleSpec();
            if (Is(T.Rename))
            {
                _pos = role;
                RenameRole();
                return N.RenameStmt;
            }

            if (!(Kind is T.Set or T.Reset or T.In))
            {
                OptWith();
                while (AlterRoleOption())
                {
                }

                return N.AlterRoleStmt;
            }
        }

        if (Accept(T.In))
        {
            Expect(T.Database);
            ColId();
        }

        SetResetClause();
        return N.AlterRoleSetStmt;
    }

    private N AlterGroup()
    {
        var role = _pos;
        RoleSpec();
        if (Is(T.Rename))
        {
            _pos = role;
            RenameRole();
            return N.RenameStmt;
        }

        if (!Accept(T.Add))
        {
            Expect(T.Drop);
        }

        Expect(T.User);
        RoleList();
        return N.AlterRoleStmt;
    }

    private void RenameRole()
    {
        RoleId();
        Expect(T.Rename, T.To);
        RoleId();
    }

    private void CreatePolicy()
    {
        ColId();
        Expect(T.On);
        QualifiedName(F.Write);
        if (Accept(T.As))
        {
            var token = _pos;
            Expect(T.Ident);
            if (!Failed && !TokenEquals(token, "permissive"u8) && !TokenEquals(token, "restrictive"u8))
            {
                Fail("unrecognized row security option", token);
            }
        }

        if (Accept(T.For) && !(Accept(T.All) || Accept(T.Select) || Accept(T.Insert) || Accept(T.Update)))
        {
            Expect(T.Delete);
        }

        PolicyRolesAndExpressions();
    }

    private N AlterPolicy()
    {
        var ifExists = OptIfExists();
        ColId();
        Expect(T.On);
        QualifiedName(F.Write);
        if (ifExists || Is(T.Rename))
        {
            Expect(T.Rename, T.To);
            ColId();
            return N.RenameStmt;
        }

        PolicyRolesAndExpressions();
        return N.AlterPolicyStmt;
    }

    private void PolicyRolesAndExpressions()
    {
        if (Accept(T.To))
        {
            RoleList();
        }

        if (Accept(T.Using))
        {
            ExprInParens();
        }

        if (Accept(T.With))
        {
            Expect(T.Check);
            ExprInParens();
        }
    }

    private void ExprInParens()
    {
        Expect(T.LeftParen);
        AExpr();
        Expect(T.RightParen);
    }
}
