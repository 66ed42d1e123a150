namespace PgOAuth.Enforcement;

/// <summary>Why a statement was denied (stage 7).</summary>
internal enum StatementDenial
{
    /// <summary>No reason given: the default, and a denial.</summary>
    Unspecified,

    /// <summary>PostgreSQL's grammar refuses the text: a syntax error, unterminated quotes, invalid UTF-8.</summary>
    NotReadable,

    /// <summary>A kind of statement that is not on the guard's list.</summary>
    StatementKind,

    /// <summary>SET/RESET ROLE, SET SESSION AUTHORIZATION and their spellings.</summary>
    RoleChange,

    /// <summary>A setting that clients may not change: the lexer's modes, PgOAuth's own claims.</summary>
    ProtectedSetting,

    /// <summary>set_config with a computed name.</summary>
    ComputedSetting,

    /// <summary>A function that executes SQL given as text.</summary>
    SqlAsText,

    /// <summary>A write to the catalog view pg_settings.</summary>
    SettingsView,

    /// <summary>DO, CREATE FUNCTION and the like: a body that cannot be checked.</summary>
    CodeBlock,

    /// <summary>The fast-path FunctionCall message: a function by number, without SQL.</summary>
    FunctionCall,

    /// <summary>Longer than <c>Limits:MaxStatementBytes</c>.</summary>
    TooLong,

    /// <summary>No statement of PostgreSQL's.</summary>
    Syntax,

    /// <summary>The policy does not allow it.</summary>
    Policy,

    /// <summary>The database's catalog cannot be read, and without it no statement can be judged.</summary>
    NoCatalog,

    /// <summary>A cursor or portal that was opened under another policy.</summary>
    Outdated,

    /// <summary>EXECUTE of a name that this session has not prepared.</summary>
    NotPrepared,

    /// <summary>The audit takes no more records, and what is not audited is not done.</summary>
    NotAudited,
}
