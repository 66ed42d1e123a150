namespace PgOAuth.Operations.AdminDatabase;

/// <summary>What a command of the admin database does. <c>default</c> does nothing.</summary>
internal enum AdminVerb
{
    /// <summary>Session settings that drivers send by themselves: taken and without effect.</summary>
    Ignore,

    ShowPools,
    ShowClients,
    ShowServers,
    ShowStats,
    ShowConfig,
    ShowVersion,
    ShowHelp,
    Pause,
    Resume,
    Reconnect,
    Kill,
    Reload,
    Shutdown,
    ShutdownWaitForClients,
}
