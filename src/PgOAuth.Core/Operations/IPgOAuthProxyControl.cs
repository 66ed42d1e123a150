namespace PgOAuth.Operations;

/// <summary>
/// What an operator can see of a running proxy and do to it. The admin database is the same for operators with a SQL client;
/// code that has this interface is trusted and asked for no scope.
/// </summary>
/// <remarks>
/// Thread-safe. A database is named as clients ask for it; null stands for all. The lists are snapshots that were not taken at one instant.
/// </remarks>
public interface IPgOAuthProxyControl
{
    /// <summary>The pools of server connections.</summary>
    IReadOnlyList<PoolStatus> GetPools();

    /// <summary>The client connections.</summary>
    IReadOnlyList<ClientStatus> GetClients();

    /// <summary>The server connections.</summary>
    IReadOnlyList<ServerStatus> GetServers();

    /// <summary>Totals since the start, for each database.</summary>
    IReadOnlyList<ProxyStatistics> GetStatistics();

    /// <summary>The settings in force, without passwords.</summary>
    IReadOnlyList<ConfigSetting> GetConfig();

    /// <summary>
    /// Gives no server connection to any client until <see cref="Resume"/>, and waits until those that are in use have been given
    /// back and all are closed: then the server can be restarted. Clients wait. A session that has a server connection of its own keeps it and is not waited for.
    /// </summary>
    /// <param name="database">The database; null for all.</param>
    /// <param name="cancellationToken">Gives up waiting, and resumes.</param>
    Task PauseAsync(string? database = null, CancellationToken cancellationToken = default);

    /// <summary>Ends a pause.</summary>
    /// <param name="database">The database that was paused; null for every pause there is.</param>
    /// <returns>Whether there was such a pause.</returns>
    bool Resume(string? database = null);

    /// <summary>Replaces the pooled server connections: each is closed once it is given back.</summary>
    /// <param name="database">The database; null for all.</param>
    void Reconnect(string? database = null);

    /// <summary>Ends a session now, with 57P01.</summary>
    /// <param name="sessionId">The session's number, as in <see cref="ClientStatus.SessionId"/>, log and audit.</param>
    /// <returns>Whether there was such a session.</returns>
    bool Kill(long sessionId);

    /// <summary>Ends the sessions of a database now, with 57P01.</summary>
    /// <param name="database">The database.</param>
    /// <returns>How many there were.</returns>
    int KillAll(string database);

    /// <summary>
    /// Reads the settings again. New sessions use the new ones, all at once or, when there is a mistake in them, none.
    /// </summary>
    /// <param name="cancellationToken">Gives up; nothing has changed then.</param>
    Task<ReloadOutcome> ReloadAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops the proxy as <see cref="PgOAuthProxy.StopAsync"/> does; the host goes on. Asked a second time, it ends sessions sooner.
    /// </summary>
    /// <param name="waitForClients">Whether sessions may go on until their clients leave, however long that takes.</param>
    /// <param name="cancellationToken">Ends the sessions that are left now.</param>
    Task ShutdownAsync(bool waitForClients = false, CancellationToken cancellationToken = default);
}
