namespace PgOAuth.Enforcement;

/// <summary>What decides whether a kind of statement may pass. <c>default</c> does not.</summary>
internal enum KindRule
{
    /// <summary>Not in the table: it does not pass.</summary>
    Unlisted,

    /// <summary>Does not pass.</summary>
    Denied,

    /// <summary>Passes by its kind; what stands inside is looked at for itself.</summary>
    Allowed,

    /// <summary>Does not pass: it brings code along.</summary>
    Code,

    /// <summary>ALTER: by what is altered.</summary>
    Altered,

    /// <summary>CREATE of what has one form for many kinds of objects: by what is created.</summary>
    Defined,

    /// <summary>CREATE SCHEMA: without objects inside.</summary>
    Schema,

    /// <summary>CREATE EXTENSION: by its name.</summary>
    Extension,

    /// <summary>Transactions but for two-phase commit.</summary>
    Transaction,

    /// <summary>SET and RESET: by the setting.</summary>
    Setting,

    /// <summary>DO: by its code.</summary>
    Block,
}
