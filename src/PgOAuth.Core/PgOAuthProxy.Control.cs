using PgOAuth.Authentication.Jwt;
using PgOAuth.Operations;
using PgOAuth.Options;

namespace PgOAuth;

/// <content>What operators can do, in code.</content>
public sealed partial class PgOAuthProxy
{
    private static readonly TimeSpan KeysTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _reloading = new(1);

    /// <summary>The policy in force as it was written, and the file it came from.</summary>
    internal LoadedPolicy WrittenPolicy => _compiled.Written;

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

    private async Task<ReloadOutcome> ReadAgainAsync(CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var mistakes = new List<string>();
            if (ReadOptions(mistakes) is not { } options
                || ProxyCompilation.TryCompile(options, _components, _transport, _logger, _compiled, mistakes) is not { } next)
            {
                return ReloadOutcome.Refused(mistakes);
            }

            // So that the first login need not wait. An issuer that does not answer is one that logins will wait for, as after a start.
            using var patience = new CancellationTokenSource(KeysTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            await next.Validator.PreloadKeysAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested || Volatile.Read(ref _state) == 2)
            {
                next.Validator.DisposeExceptFor(_compiled.Validator);
                cancellationToken.ThrowIfCancellationRequested();
                return ReloadOutcome.Refused(["the proxy is stopping."]);
            }

            Use(options, next);
            return ReloadOutcome.Applied(_fixed.ChangedIn(options));
        }
        finally
        {
            _reloading.Release();
        }
    }

    private PgOAuthProxyOptions? ReadOptions(List<string> mistakes)
    {
        if (_components.OptionsSource is not { } source)
        {
            mistakes.Add("the host gives no way to read the settings again.");
            return null;
        }

        try
        {
            return source(mistakes);
        }
        catch (Exception error)
        {
            // Code of the host and files of an administrator: whatever is wrong with them changes nothing here (E12).
            mistakes.Add($"the settings cannot be read: {error.Message}");
            return null;
        }
    }

    private void Use(PgOAuthProxyOptions options, ProxyCompilation next)
    {
        var old = _compiled;
        _gate.Use(options.Limits);
        _cancels.Use(options.Limits);
        _pools.Use(options.Pool);
        _options = options;
        _compiled = next;
        _policy.Use(next.Policy);
        _control.Renew(next.Snapshot);
        _ = RetireAsync(old.Validator, next.Validator, old.Snapshot.Limits.LoginTimeout);
    }

    /// <summary>Sessions that are logging in may still ask for the old keys.</summary>
    private async Task RetireAsync(JwtTokenValidator old, JwtTokenValidator successor, TimeSpan loginTimeout)
    {
        await Task.WhenAny(_stopped.Task, Task.Delay(loginTimeout, _time, CancellationToken.None)).ConfigureAwait(false);
        old.DisposeExceptFor(successor);
    }
}
