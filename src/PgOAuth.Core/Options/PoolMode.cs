namespace PgOAuth.Options;

/// <summary>How long a session keeps the server connection it was given.</summary>
public enum PoolMode
{
    /// <summary>Each session has a server connection of its own, made for it and closed with it.</summary>
    None,

    /// <summary>Until the session ends; then the connection is reset and given to the next session that may have it.</summary>
    Session,

    /// <summary>Until the transaction ends. LISTEN, session advisory locks, temporary tables and SQL's PREPARE do not outlive it.</summary>
    Transaction,
}
