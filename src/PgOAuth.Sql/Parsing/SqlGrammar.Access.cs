namespace PgOAuth.Sql.Parsing;

/// <content>GRANT, REVOKE, REASSIGN OWNED, COMMENT, SECURITY LABEL, IMPORT FOREIGN SCHEMA.</content>
internal ref partial struct SqlGrammar
{
    private static bool AccessStmt() => false;
}
