namespace PgOAuth.Sql.Parsing;

/// <content>VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH, TRUNCATE, LOCK.</content>
internal ref partial struct SqlGrammar
{
    private static bool MaintenanceStmt() => false;
}
