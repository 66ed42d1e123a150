namespace PgOAuth.Enforcement.Policy;

/// <summary>What a rule lets a statement do, worst effect first of all: a SELECT that deletes needs <see cref="Delete"/> (stage 7).</summary>
[Flags]
internal enum StatementPermissions
{
    None = 0,

    /// <summary>Read rows, in any clause of any statement.</summary>
    Select = 1 << 0,

    /// <summary>Add rows.</summary>
    Insert = 1 << 1,

    /// <summary>Change rows; also the row locks of SELECT .. FOR UPDATE and its like, as in PostgreSQL.</summary>
    Update = 1 << 2,

    /// <summary>Remove rows.</summary>
    Delete = 1 << 3,

    /// <summary>Add, change and remove rows, but by MERGE only.</summary>
    Merge = 1 << 4,

    /// <summary>TRUNCATE.</summary>
    Truncate = 1 << 5,

    /// <summary>COPY from and to the client; beside <see cref="Select"/> or <see cref="Insert"/>, which it needs as well.</summary>
    Copy = 1 << 6,

    /// <summary>CALL of the procedures that the rule names as functions.</summary>
    Call = 1 << 7,

    /// <summary>LOCK TABLE, and row locks.</summary>
    Lock = 1 << 8,

    /// <summary>Define, alter and drop relations, types, schemas and what belongs to them; SELECT INTO and CREATE TABLE AS.</summary>
    Ddl = 1 << 9,

    /// <summary>GRANT and REVOKE on objects, their owners.</summary>
    Grant = 1 << 10,

    /// <summary>VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH MATERIALIZED VIEW.</summary>
    Maintain = 1 << 11,

    /// <summary>Code that nobody reads: DO, functions, triggers, rules, operators, casts, extensions.</summary>
    DangerousCode = 1 << 12,

    /// <summary>The server and what lies beyond it: files, programs, settings of the system, databases, foreign servers, replication.</summary>
    DangerousServer = 1 << 13,

    /// <summary>Roles and memberships.</summary>
    DangerousRoles = 1 << 14,

    /// <summary>LISTEN and NOTIFY: they reach every session of the database, also other people's.</summary>
    DangerousNotifications = 1 << 15,

    /// <summary>Every function of pg_catalog, also those that execute text, read files or sleep.</summary>
    DangerousFunctions = 1 << 16,

    /// <summary>All that is not dangerous.</summary>
    Everything = Select | Insert | Update | Delete | Merge | Truncate | Copy | Call | Lock | Ddl | Grant | Maintain,

    /// <summary>All that is dangerous. None of it belongs to a relation.</summary>
    Dangerous = DangerousCode | DangerousServer | DangerousRoles | DangerousNotifications | DangerousFunctions,
}
