using PgOAuth.Options;
using PgOAuth.Sessions;

namespace PgOAuth.Operations;

/// <summary>The sessions, and the server connections that each of them has for itself.</summary>
internal sealed class SessionEngine(SessionRegistry sessions) : IRelayEngine
{
    public void CollectPools(List<PoolStatus> pools)
    {
        var servers = new List<ServerStatus>();
        CollectServers(servers);
        foreach (var group in servers.GroupBy(static server => (server.Server, server.Database, server.Role)))
        {
            var count = group.Count();
            pools.Add(new PoolStatus
            {
                Database = group.Key.Database,
                Role = group.Key.Role,
                Server = group.Key.Server,
                ClientsActive = count,
                ClientsWaiting = 0,
                ServersActive = count,
                ServersIdle = 0,
                ServersUsed = 0,
                ServersLogin = 0,
                MaxWait = TimeSpan.Zero,
                Mode = PoolMode.None,
            });
        }
    }

    public void CollectServers(List<ServerStatus> servers) => servers.AddRange(sessions.Snapshot().Select(static session => session.DescribeServer()).OfType<ServerStatus>());

    public void CollectClients(List<ClientStatus> clients) => clients.AddRange(sessions.Snapshot().Select(static session => session.Describe()));

    /// <summary>Nothing here is shared, so there is nothing to wait for.</summary>
    public ValueTask PauseAsync(string? database, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Resume(string? database)
    {
        // Those who wait do so at the gate itself.
    }

    public void Reconnect(string? database)
    {
        // A server connection that is not shared is closed with its session anyway.
    }

    public bool Kill(long sessionId)
    {
        var session = sessions.Find(sessionId);
        session?.Kill();
        return session is not null;
    }

    public int KillDatabase(string database)
    {
        var count = 0;
        foreach (var session in sessions.Snapshot())
        {
            if (string.Equals(session.Database, database, StringComparison.Ordinal))
            {
                session.Kill();
                count++;
            }
        }

        return count;
    }

    public void Reload(ProxySnapshot snapshot)
    {
        // Each session keeps the snapshot it began with.
    }
}
