using PgOAuth.Sql.Lexing;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Foreign data wrappers, servers, user mappings and the OPTIONS they share with foreign tables.</content>
internal ref partial struct SqlGrammar
{
    // fdw_options, when there are any: handler and validator.
    private bool FdwOptions()
    {
        var any = false;
        while (Kind is T.Handler or T.Validator or T.No)
        {
            any = true;
            if (Accept(T.No))
            {
                if (!Accept(T.Handler))
                {
                    Expect(T.Validator);
                }
            }
            else
            {
                _pos++;
                HandlerName();
            }
        }

        return any;
    }

    private N AlterForeignDataWrapper()
    {
        Expect(T.Wrapper);
        ColId();
        var kind = AcceptRenameOrOwner();
        if (kind != N.None)
        {
            return kind;
        }

        if (!FdwOptions() || Is(T.Options))
        {
            AlterGenericOptions();
        }

        return N.AlterFdwStmt;
    }

    private void CreateForeignServer()
    {
        OptIfNotExists();
        ColId();
        if (Accept(T.Type))
        {
            SConst();
        }

        AcceptServerVersion();
        Expect(T.Foreign, T.Data, T.Wrapper);
        ColId();
        OptGenericOptions();
    }

    private bool AcceptServerVersion()
    {
        if (!Accept(T.Version))
        {
            return false;
        }

        SConstOrNull();
        return true;
    }

    private N AlterForeignServer()
    {
        ColId();
        var kind = AcceptRenameOrOwner();
        if (kind != N.None)
        {
            return kind;
        }

        if (!AcceptServerVersion() || Is(T.Options))
        {
            AlterGenericOptions();
        }

        return N.AlterForeignServerStmt;
    }

    private void CreateUserMapping()
    {
        OptIfNotExists();
        Expect(T.For);
        AuthIdent();
        Expect(T.Server);
        ColId();
        OptGenericOptions();
    }

    // auth_ident.
    private void AuthIdent()
    {
        if (!Accept(T.User))
        {
            RoleSpec();
        }
    }

    /// <summary>create_generic_options.</summary>
    private void OptGenericOptions()
    {
        if (!Accept(T.Options))
        {
            return;
        }

        Expect(T.LeftParen);
        do
        {
            ColLabel();
            SConst();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }

    /// <summary>alter_generic_options. SET, ADD and DROP are also options' names, when a value follows them.</summary>
    private void AlterGenericOptions()
    {
        Expect(T.Options, T.LeftParen);
        do
        {
            if (Is(T.Drop) && Peek(1) != T.SConst)
            {
                _pos++;
                ColLabel();
                continue;
            }

            if (Kind is T.Set or T.Add && Peek(1) != T.SConst)
            {
                _pos++;
            }

            ColLabel();
            SConst();
        }
        while (Accept(T.Comma));

        Expect(T.RightParen);
    }
}
