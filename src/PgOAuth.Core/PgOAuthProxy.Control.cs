using PgOAuth.Operations;

namespace PgOAuth;

/// <content>What operators can do, in code.</content>
public sealed partial class PgOAuthProxy
{
    /// <inheritdoc />
    public IReadOnlyList<PoolStatus> GetPools() => _control.GetPools();

    /// <inheritdoc />
    public IReadOnlyList<ClientStatus> GetClients() => _control.GetClients();

    /// <inheritdoc />
    public IReadOnlyList<ServerStatus> GetServers() => _control.GetServers();

    /// <inheritdoc />
    public IReadOnlyList<ProxyStatistics> GetStatistics() => _control.Statistics.Collect();

    /// <inheritdoc />
    public IReadOnlyList<ConfigSetting> GetConfig() => ConfigReport.Of(_control.Options());

    /// <inheritdoc />
    public Task PauseAsync(string? database = null, CancellationToken cancellationToken = default) =>
        _control.PauseAsync(database, ProxyControl.Host, cancellationToken);

    /// <inheritdoc />
    public bool Resume(string? database = null) => _control.Resume(database, ProxyControl.Host);

    /// <inheritdoc />
    public void Reconnect(string? database = null) => _control.Reconnect(database, ProxyControl.Host);

    /// <inheritdoc />
    public bool Kill(long sessionId) => _control.Kill(sessionId, ProxyControl.Host);

    /// <inheritdoc />
    public int KillAll(string database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return _control.KillAll(database, ProxyControl.Host);
    }

    /// <inheritdoc />
    public Task<ReloadOutcome> ReloadAsync(CancellationToken cancellationToken = default) => _control.ReloadAsync(ProxyControl.Host, cancellationToken);

    /// <inheritdoc />
    public Task ShutdownAsync(bool waitForClients = false, CancellationToken cancellationToken = default) =>
        _control.ShutdownAsync(waitForClients, ProxyControl.Host, cancellationToken);

    /// <summary>A second request is a less patient one.</summary>
    private Task ShutDownAsync(bool waitForClients, CancellationToken cancellationToken)
    {
        var isStopping = Volatile.Read(ref _state) == 2;
        return EndAtAsync(
            !isStopping && waitForClients ? StopLevel.WaitForClients : isStopping && _stop.Level == StopLevel.Drain ? StopLevel.Now : StopLevel.Drain,
            cancellationToken);
    }

    private Task<ReloadOutcome> ReadAgainAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ReloadOutcome.Refused(["the host gives no way to read the settings again."]));
}
