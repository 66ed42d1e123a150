namespace PgOAuth.Sql.Parsing;

/// <content>CREATE and ALTER of roles, databases, extensions, servers, policies, publications and their like.</content>
internal ref partial struct SqlGrammar
{
    private static bool CreateObjectFamily() => false;

    private static bool AlterObjectFamily() => false;
}
