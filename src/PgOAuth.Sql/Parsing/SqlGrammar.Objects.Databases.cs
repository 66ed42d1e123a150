using PgOAuth.Sql.Lexing;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Parsing;

/// <content>Tablespaces and databases.</content>
internal ref partial struct SqlGrammar
{
    private void CreateTableSpace()
    {
        ColId();
        if (Accept(T.Owner))
        {
            RoleSpec();
        }

        Expect(T.Location);
        SConst();
        OptReloptions();
    }

    private N AlterTableSpace()
    {
        ColId();
        var kind = AcceptRenameOrOwner();
        if (kind != N.None)
        {
            return kind;
        }

        if (!Accept(T.Set))
        {
            Expect(T.Reset);
        }

        Reloptions();
        return N.AlterTableSpaceOptionsStmt;
    }

    // createdb_opt_list.
    private void DatabaseOptions()
    {
        while (Accept(T.Ident) || Accept(T.Encoding) || Accept(T.Location) || Accept(T.Owner) || Accept(T.Tablespace) ||
            Accept(T.Template) || Accept(T.Connection, T.Limit))
        {
            Accept(T.Equal);
            if (!AcceptNumericOnly() && !Accept(T.Default))
            {
                BooleanOrString();
            }
        }
    }

    private N AlterDatabase()
    {
        ColId();
        var kind = AcceptRenameOrOwner();
        if (kind != N.None)
        {
            return kind;
        }

        if (Accept(T.Refresh))
        {
            Expect(T.Collation, T.Version);
            return N.AlterDatabaseRefreshCollStmt;
        }

        if (Is(T.Set) && Peek(1) == T.Tablespace && !NamesSetting(2))
        {
            _pos += 2;
            ColId();
            return N.AlterDatabaseStmt;
        }

        if (Kind is T.Set or T.Reset)
        {
            SetResetClause();
            return N.AlterDatabaseSetStmt;
        }

        Accept(T.With);
        DatabaseOptions();
        return N.AlterDatabaseStmt;
    }
}
