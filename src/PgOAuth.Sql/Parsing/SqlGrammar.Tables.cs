namespace PgOAuth.Sql.Parsing;

/// <content>CREATE and ALTER of tables, views, materialized views, foreign tables, sequences, indexes, schemas; CREATE TABLE AS.</content>
internal ref partial struct SqlGrammar
{
    private static bool CreateTableFamily() => false;

    private static bool AlterTableFamily() => false;
}
