using System.Globalization;
using Microsoft.Extensions.Logging;
using PgOAuth.Diagnostics;
using PgOAuth.Options;

namespace PgOAuth.Operations;

/// <summary>What operators can do, whichever way they come. Says in the log who did it. Thread-safe.</summary>
internal sealed class ProxyControl
{
    /// <summary>Who acts when the host's own code does.</summary>
    internal const string Host = "the host";

    private readonly IRelayEngine _engine;
    private readonly ILogger _logger;

    internal ProxyControl(IRelayEngine engine, ILogger logger)
    {
        _engine = engine;
        _logger = logger;
    }

    /// <summary>Where clients wait while their database is paused.</summary>
    internal PauseGate Gate { get; init; } = new();

    /// <summary>What the loops count.</summary>
    internal StatisticsBoard Statistics { get; } = new();

    /// <summary>The door of the admin database, by the settings in force.</summary>
    internal required Func<AdminDoor?> Door { get; init; }

    /// <summary>The settings in force.</summary>
    internal required Func<PgOAuthProxyOptions> Options { get; init; }

    /// <summary>Reads the settings again.</summary>
    internal required Func<CancellationToken, Task<ReloadOutcome>> Reload { get; init; }

    /// <summary>Stops the proxy; the argument says whether clients may leave by themselves.</summary>
    internal required Func<bool, CancellationToken, Task> Shutdown { get; init; }

    /// <summary>How a session of the admin database is called in the log.</summary>
    internal static string Session(long id) => string.Create(CultureInfo.InvariantCulture, $"session {id}");

    internal IReadOnlyList<PoolStatus> GetPools()
    {
        var pools = new List<PoolStatus>();
        _engine.CollectPools(pools);
        return [.. pools.OrderBy(static pool => pool.Database, StringComparer.Ordinal).ThenBy(static pool => pool.Role, StringComparer.Ordinal)];
    }

    internal IReadOnlyList<ClientStatus> GetClients()
    {
        var clients = new List<ClientStatus>();
        _engine.CollectClients(clients);
        return [.. clients.OrderBy(static client => client.SessionId)];
    }

    internal IReadOnlyList<ServerStatus> GetServers()
    {
        var servers = new List<ServerStatus>();
        _engine.CollectServers(servers);
        return [.. servers.OrderBy(static server => server.Server, StringComparer.Ordinal).ThenBy(static server => server.ProcessId)];
    }

    internal async Task PauseAsync(string? database, string by, CancellationToken cancellationToken)
    {
        Log.Paused(_logger, Name(database), by);
        var isNew = Gate.Pause(database);
        try
        {
            await _engine.PauseAsync(database, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (isNew)
            {
                // Half a pause would hold clients back for nothing. What somebody else has paused stays so.
                Gate.Undo(database);
                _engine.Resume(database);
                Log.Resumed(_logger, Name(database), by);
            }

            throw;
        }
    }

    internal bool Resume(string? database, string by)
    {
        if (!Gate.Resume(database))
        {
            return false;
        }

        _engine.Resume(database);
        Log.Resumed(_logger, Name(database), by);
        return true;
    }

    internal void Reconnect(string? database, string by)
    {
        Log.Reconnecting(_logger, Name(database), by);
        _engine.Reconnect(database);
    }

    internal bool Kill(long sessionId, string by)
    {
        if (!_engine.Kill(sessionId))
        {
            return false;
        }

        Log.SessionsKilled(_logger, 1, Session(sessionId), by);
        return true;
    }

    internal int KillAll(string database, string by)
    {
        var count = _engine.KillDatabase(database);
        Log.SessionsKilled(_logger, count, Name(database), by);
        return count;
    }

    internal async Task<ReloadOutcome> ReloadAsync(string by, CancellationToken cancellationToken)
    {
        var outcome = await Reload(cancellationToken).ConfigureAwait(false);
        if (outcome.IsApplied)
        {
            Log.SettingsReloaded(_logger, by, outcome.NeedRestart.Count == 0 ? "" : $" After a restart only: {string.Join(", ", outcome.NeedRestart)}.");
        }
        else
        {
            Log.ReloadRefused(_logger, by, string.Join(' ', outcome.Mistakes));
        }

        return outcome;
    }

    /// <summary>New settings are in force.</summary>
    internal void Renew(ProxySnapshot snapshot) => _engine.Reload(snapshot);

    internal Task ShutdownAsync(bool waitForClients, string by, CancellationToken cancellationToken)
    {
        Log.ShutdownRequested(_logger, by, waitForClients ? "once the clients have left" : "now");
        return Shutdown(waitForClients, cancellationToken);
    }

    private static string Name(string? database) => database is null ? "all databases" : SafeText.Clean(database);
}
