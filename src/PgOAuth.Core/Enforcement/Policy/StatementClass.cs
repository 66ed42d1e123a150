namespace PgOAuth.Enforcement.Policy;

/// <summary>How a kind of statement is judged (stage 7).</summary>
internal enum StatementClass
{
    /// <summary>Never allowed: the default, for what this build does not know.</summary>
    Denied,

    /// <summary>By what it accesses, and by nothing else.</summary>
    Accesses,

    /// <summary>Part of every session: transactions, cursors and prepared statements by name.</summary>
    Session,

    /// <summary>By the settings that it names.</summary>
    Settings,

    /// <summary>By a permission, on each relation that it acts on; where there is none, by the permission for everything.</summary>
    Permission,
}
