namespace PgOAuth.Options;

/// <summary>
/// Stage 5: server connections that several sessions use one after the other. A pool holds those of one tenant, server,
/// database, role and set of startup settings; sizes are those of one pool.
/// </summary>
public sealed class PoolOptions
{
    /// <summary>How long a session keeps a server connection. A route can say otherwise.</summary>
    /// <value>Default: <see cref="PoolMode.None"/>.</value>
    public PoolMode Mode { get; set; } = PoolMode.None;

    /// <summary>Server connections of one pool. A route can say otherwise.</summary>
    /// <value>Default: 20.</value>
    public int Size { get; set; } = 20;

    /// <summary>Server connections that are kept open once a pool was used.</summary>
    /// <value>Default: 0.</value>
    public int MinSize { get; set; }

    /// <summary>Further connections for a pool whose clients wait too long.</summary>
    /// <value>Default: 0.</value>
    public int Reserve { get; set; }

    /// <summary>How long a client waits before <see cref="Reserve"/> is touched.</summary>
    /// <value>Default: 5 seconds, as PgBouncer's reserve_pool_timeout.</value>
    public TimeSpan ReserveAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client may wait for a server connection; then its session ends with 53300.</summary>
    /// <value>Default: 120 seconds, as PgBouncer's query_wait_timeout.</value>
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a client waits before a notice tells it why.</summary>
    /// <value>Default: 5 seconds, as PgBouncer's query_wait_notify. Zero for no notice.</value>
    public TimeSpan WaitNotice { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How old a server connection may get before it is replaced when next idle.</summary>
    /// <value>Default: 1 hour, as PgBouncer's server_lifetime.</value>
    public TimeSpan ServerLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a server connection above <see cref="MinSize"/> may be unused.</summary>
    /// <value>Default: 10 minutes, as PgBouncer's server_idle_timeout.</value>
    public TimeSpan ServerIdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest pause between two attempts to reach a server that failed; the first pauses are shorter.</summary>
    /// <value>Default: 15 seconds, as PgBouncer's server_login_retry.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a client may leave its transaction idle and hold a server connection with it.</summary>
    /// <value>Default: zero, any time.</value>
    public TimeSpan IdleTransactionTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>Prepared statements that a server connection keeps in transaction mode; the least recently used goes first.</summary>
    /// <value>Default: 200, as PgBouncer's max_prepared_statements.</value>
    public int MaxPreparedStatements { get; set; } = 200;

    /// <summary>The claim that names the tenant: server connections are never shared between two tenants.</summary>
    /// <value>Default: null, the issuer is the tenant.</value>
    public string? TenantClaim { get; set; }

    /// <summary>
    /// Server connections that all pools of one upstream server may have open together, those being opened too. At the cap
    /// the connection of another pool that has been idle longest is closed for one that is needed; when none is idle, clients wait
    /// their turn over all pools. For each server and not for the whole proxy, because it is the server's max_connections that
    /// runs out. Sessions in <see cref="PoolMode.None"/> have connections of their own, which are not counted.
    /// </summary>
    /// <value>Default: 0, no cap, as PgBouncer's max_db_connections.</value>
    public int MaxServerConnections { get; set; }

    /// <summary>Server connections that one tenant may use at once, over all its pools.</summary>
    /// <value>Default: 0, no cap.</value>
    public int MaxPerTenant { get; set; }

    /// <summary>Server connections that one principal (issuer and subject) may use at once.</summary>
    /// <value>Default: 0, no cap.</value>
    public int MaxPerPrincipal { get; set; }

    /// <summary>
    /// Pools that exist at once: one for each tenant, server, database, role and set of startup settings. A session that would need
    /// one more is refused (53300); a pool that nobody has used for five minutes makes room.
    /// </summary>
    /// <value>Default: 1,000. A client that is allowed to choose startup settings can make many.</value>
    public int MaxPools { get; set; } = 1000;
}
