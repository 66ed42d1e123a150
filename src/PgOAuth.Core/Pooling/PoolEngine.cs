using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Sessions;

namespace PgOAuth.Pooling;

/// <summary>What operators see and do of stage 5: the pools, and beside them the sessions with connections of their own.</summary>
internal sealed class PoolEngine(SessionEngine sessions, PoolDirectory pools) : IRelayEngine
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public void CollectPools(List<PoolStatus> list)
    {
        sessions.CollectPools(list);
        foreach (var group in pools.Groups)
        {
            list.Add(Describe(group));
        }
    }

    public void CollectServers(List<ServerStatus> servers)
    {
        sessions.CollectServers(servers);
        foreach (var group in pools.Groups)
        {
            foreach (var pool in group.Pools)
            {
                servers.AddRange(pool.Servers.Select(server => Describe(group.Key, server)));
            }
        }
    }

    public void CollectClients(List<ClientStatus> clients) => sessions.CollectClients(clients);

    public async ValueTask PauseAsync(string? database, CancellationToken cancellationToken)
    {
        while (await IsInUseAsync(database).ConfigureAwait(false))
        {
            await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Resume(string? database) => pools.PokeAll();

    public void Reconnect(string? database)
    {
        foreach (var group in pools.Groups)
        {
            if (database is null || string.Equals(group.Key.Database, database, StringComparison.Ordinal) || IsUsedFor(group, database))
            {
                group.Reconnect();
            }
        }
    }

    public bool Kill(long sessionId) => sessions.Kill(sessionId);

    public int KillDatabase(string database) => sessions.KillDatabase(database);

    public void Reload(ProxySnapshot snapshot)
    {
        foreach (var group in pools.Groups)
        {
            if (!ReferenceEquals(snapshot.Upstream.FindServer(group.Key.Server.Name), group.Key.Server))
            {
                group.GiveUp(
                    new SessionFailure(SessionEndReason.ProxyStopping, "the settings do not have the session's server any more") { Hint = "The proxy's settings have changed. Connect again." },
                    closeAll: false);
            }
        }
    }

    /// <summary>By the name that clients use, which a route may lead elsewhere.</summary>
    private static bool IsUsedFor(PoolGroup group, string database) =>
        group.Pools.Any(pool => pool.Servers.Any(server => server.User is { } user && string.Equals(user.Database, database, StringComparison.Ordinal)));

    private static PoolStatus Describe(PoolGroup group)
    {
        int waiting = 0, active = 0, idle = 0, used = 0, login = 0;
        var wait = TimeSpan.Zero;
        foreach (var pool in group.Pools)
        {
            waiting += pool.Waiting;
            login += pool.Opening;
            if (pool.WaitingSince is > 0 and var since && group.Time.GetElapsedTime(since) is var waited && waited > wait)
            {
                wait = waited;
            }

            foreach (var server in pool.Servers)
            {
                switch (server.State)
                {
                    case ServerState.Active:
                        active++;
                        break;
                    case ServerState.Idle:
                        idle++;
                        break;
                    default:
                        used++;
                        break;
                }
            }
        }

        return new PoolStatus
        {
            Database = group.Key.Database,
            Role = group.Key.Role,
            Server = group.Key.Server.Name,
            Tenant = group.Key.Tenant,
            ClientsActive = Math.Max(group.Sessions - waiting, 0),
            ClientsWaiting = waiting,
            ServersActive = active,
            ServersIdle = idle,
            ServersUsed = used,
            ServersLogin = login,
            MaxWait = wait,
            Mode = group.Key.Route.Mode,
        };
    }

    private static ServerStatus Describe(PoolKey key, PooledServer server) => new()
    {
        Server = key.Server.Name,
        Database = key.Database,
        Role = key.Role,
        State = server.State,
        Address = server.Link.Upstream.Address.ToString()!,
        ProcessId = server.Link.Upstream.ProcessId,
        ConnectedAt = server.ConnectedAt,
        SessionId = server.User?.SessionId,
        PreparedStatements = server.Link.Conversation.StatementCount,
    };

    /// <summary>
    /// Closes on each loop what is idle, and asks there what is not: what was given out before the gate was closed shows there.
    /// Of a pool that another name of the database keeps going, only what sessions of this name have.
    /// </summary>
    private async ValueTask<bool> IsInUseAsync(string? database)
    {
        var isInUse = false;
        foreach (var loop in pools.Transport.Loops)
        {
            await loop.NextTurn();
            foreach (var group in pools.Groups)
            {
                if (database is null || group.IsUsedAs(database))
                {
                    var pool = group.On(loop);
                    pool.CloseIdle();
                    isInUse |= pool.Servers.Any(server => server.User is { } user && (database is null || string.Equals(user.Database, database, StringComparison.Ordinal)));
                }
            }
        }

        await Transport.EventLoop.Leave();

        // What is being opened, reset or moved is closed as soon as that is over.
        return isInUse || pools.Groups.Any(group => group.IsPaused && group.Open > 0 && (database is null || group.IsUsedAs(database)));
    }
}
