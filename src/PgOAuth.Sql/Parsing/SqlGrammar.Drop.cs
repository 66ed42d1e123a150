namespace PgOAuth.Sql.Parsing;

/// <content>DROP of everything.</content>
internal ref partial struct SqlGrammar
{
    private static bool DropFamily() => false;
}
