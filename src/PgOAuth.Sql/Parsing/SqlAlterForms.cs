namespace PgOAuth.Sql.Parsing;

/// <summary>The changes that many kinds of objects share; which of them a kind allows.</summary>
[Flags]
internal enum SqlAlterForms
{
    None = 0,

    /// <summary>RENAME TO name.</summary>
    Rename = 1,

    /// <summary>OWNER TO role.</summary>
    Owner = 2,

    /// <summary>SET SCHEMA name.</summary>
    Schema = 4,

    /// <summary>[NO] DEPENDS ON EXTENSION name.</summary>
    Depends = 8,
}
