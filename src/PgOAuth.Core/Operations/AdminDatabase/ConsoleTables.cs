using System.Globalization;

namespace PgOAuth.Operations.AdminDatabase;

/// <summary>The tables of the SHOW commands, with PgBouncer's column names where it has the column.</summary>
internal static class ConsoleTables
{
    private static readonly ConsoleColumn[] Pools =
    [
        new("database"), new("user"), new("server"), new("tenant"), new("cl_active", true), new("cl_waiting", true), new("sv_active", true),
        new("sv_idle", true), new("sv_used", true), new("sv_login", true), new("maxwait", true), new("maxwait_us", true), new("pool_mode"),
    ];

    private static readonly ConsoleColumn[] Clients =
    [
        new("id", true), new("user"), new("database"), new("state"), new("addr"), new("connect_time"), new("wait", true), new("wait_us", true),
        new("remote_pid", true), new("tls"), new("application_name"), new("subject"),
    ];

    private static readonly ConsoleColumn[] Servers =
    [
        new("server"), new("user"), new("database"), new("state"), new("addr"), new("remote_pid", true), new("connect_time"), new("link", true),
        new("prepared_statements", true),
    ];

    private static readonly ConsoleColumn[] Stats =
    [
        new("database"), new("total_server_assignment_count", true), new("total_xact_count", true), new("total_query_count", true),
        new("total_received", true), new("total_sent", true), new("total_xact_time", true), new("total_query_time", true), new("total_wait_time", true),
    ];

    private static readonly ConsoleColumn[] Config = [new("key"), new("value")];

    private static readonly ConsoleColumn[] Version = [new("version")];

    private static readonly ConsoleColumn[] Help = [new("command"), new("meaning")];

    /// <summary>The columns of a command's answer; null when it has no rows.</summary>
    internal static ConsoleColumn[]? ColumnsOf(AdminVerb verb) => verb switch
    {
        AdminVerb.ShowPools => Pools,
        AdminVerb.ShowClients => Clients,
        AdminVerb.ShowServers => Servers,
        AdminVerb.ShowStats => Stats,
        AdminVerb.ShowConfig => Config,
        AdminVerb.ShowVersion => Version,
        AdminVerb.ShowHelp => Help,
        _ => null,
    };

    /// <summary>The answer; null when the command has no rows.</summary>
    internal static ConsoleTable? Create(AdminVerb verb, ProxyControl control)
    {
        if (ColumnsOf(verb) is not { } columns)
        {
            return null;
        }

        var table = new ConsoleTable(columns);
        switch (verb)
        {
            case AdminVerb.ShowPools:
                AddPools(table, control.GetPools());
                break;
            case AdminVerb.ShowClients:
                AddClients(table, control.GetClients());
                break;
            case AdminVerb.ShowServers:
                AddServers(table, control.GetServers());
                break;
            case AdminVerb.ShowStats:
                AddStatistics(table, control.Statistics.Collect());
                break;
            case AdminVerb.ShowConfig:
                foreach (var setting in ConfigReport.Of(control.Options()))
                {
                    table.Add(setting.Name, setting.Value);
                }

                break;
            case AdminVerb.ShowVersion:
                table.Add($"PgOAuth {ProxyVersion.Text}");
                break;
            default:
                AddHelp(table);
                break;
        }

        return table;
    }

    private static void AddPools(ConsoleTable table, IReadOnlyList<PoolStatus> pools)
    {
        foreach (var pool in pools)
        {
            table.Add(
                pool.Database, pool.Role, pool.Server, pool.Tenant, (long)pool.ClientsActive, (long)pool.ClientsWaiting, (long)pool.ServersActive,
                (long)pool.ServersIdle, (long)pool.ServersUsed, (long)pool.ServersLogin, Seconds(pool.MaxWait), Microseconds(pool.MaxWait), Lower(pool.Mode));
        }
    }

    private static void AddClients(ConsoleTable table, IReadOnlyList<ClientStatus> clients)
    {
        foreach (var client in clients)
        {
            table.Add(
                client.SessionId, client.Role, client.Database, Lower(client.State), client.Address ?? "unix", Time(client.ConnectedAt), Seconds(client.Wait),
                Microseconds(client.Wait), (long?)client.ServerProcessId, client.IsTls ? "on" : "off", client.ApplicationName, client.Subject);
        }
    }

    private static void AddServers(ConsoleTable table, IReadOnlyList<ServerStatus> servers)
    {
        foreach (var server in servers)
        {
            table.Add(
                server.Server, server.Role, server.Database, Lower(server.State), server.Address, (long)server.ProcessId, Time(server.ConnectedAt),
                server.SessionId, (long)server.PreparedStatements);
        }
    }

    private static void AddStatistics(ConsoleTable table, IReadOnlyList<ProxyStatistics> databases)
    {
        foreach (var one in databases)
        {
            table.Add(
                one.Database,
                one.Assignments,
                one.Transactions,
                one.Queries,
                one.BytesReceived,
                one.BytesSent,
                (long)one.TransactionTime.TotalMicroseconds,
                (long)one.QueryTime.TotalMicroseconds,
                (long)one.WaitTime.TotalMicroseconds);
        }
    }

    private static void AddHelp(ConsoleTable table)
    {
        table.Add("SHOW POOLS", "Clients and server connections, by pool");
        table.Add("SHOW CLIENTS", "Client connections");
        table.Add("SHOW SERVERS", "Server connections");
        table.Add("SHOW STATS", "Totals since the start, by database");
        table.Add("SHOW CONFIG", "The settings in force");
        table.Add("SHOW VERSION", "The version of PgOAuth");
        table.Add("PAUSE [database]", "Wait until server connections are given back, close them, and give out no more");
        table.Add("RESUME [database]", "End a pause");
        table.Add("RECONNECT [database]", "Replace server connections once they are given back");
        table.Add("KILL session | database", "End a session, or all sessions of a database");
        table.Add("RELOAD", "Read the settings again");
        table.Add("SHUTDOWN [WAIT_FOR_CLIENTS]", "Stop the proxy; a second time ends sessions sooner");
    }

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;

    /// <summary>Without the whole seconds, which have a column of their own.</summary>
    private static long Microseconds(TimeSpan time) => (long)time.TotalMicroseconds % 1_000_000;

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Lower<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();
}
