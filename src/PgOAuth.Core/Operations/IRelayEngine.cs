using PgOAuth.Options;

namespace PgOAuth.Operations;

/// <summary>Stages 5 and 6 as operations see them: whatever holds sessions and server connections. Called from any thread.</summary>
internal interface IRelayEngine
{
    void CollectPools(List<PoolStatus> pools);

    void CollectServers(List<ServerStatus> servers);

    void CollectClients(List<ClientStatus> clients);

    /// <summary>
    /// Waits until no shared server connection of the database is in use. <see cref="PauseGate"/> is closed by then, so none is given out.
    /// </summary>
    ValueTask PauseAsync(string? database, CancellationToken cancellationToken);

    /// <summary>The gate is open again: whoever waits for it in the engine goes on.</summary>
    void Resume(string? database);

    /// <summary>Closes shared server connections, those in use once they are given back.</summary>
    void Reconnect(string? database);

    /// <summary>Ends a session; false when there is none of this number.</summary>
    bool Kill(long sessionId);

    /// <summary>Ends the sessions of a database and says how many.</summary>
    int KillDatabase(string database);

    /// <summary>New sessions use this snapshot. Pools of servers that it does not have any more (by reference) are given up.</summary>
    void Reload(ProxySnapshot snapshot);
}
