using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PgOAuth.Configuration;
using PgOAuth.DependencyInjection;
using PgOAuth.Diagnostics;

namespace PgOAuth.Hosting;

/// <summary>Runs the host's proxies: starts them in order, stops the host when one fails, drains them together.</summary>
internal sealed class PgOAuthHostedService : IHostedService, IDisposable
{
    private readonly IServiceProvider _services;
    private readonly PgOAuthProxyRegistration[] _registrations;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;
    private readonly List<PgOAuthProxy> _started = [];
    private readonly List<IDisposable> _watches = [];

    public PgOAuthHostedService(
        IServiceProvider services,
        IEnumerable<PgOAuthProxyRegistration> registrations,
        IHostApplicationLifetime lifetime,
        ILogger<PgOAuthHostedService> logger)
    {
        _services = services;
        _registrations = [.. registrations];
        _lifetime = lifetime;
        _logger = logger;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var registration in _registrations)
            {
                var proxy = _services.GetRequiredKeyedService<PgOAuthProxy>(registration.Name);
                await proxy.StartAsync(cancellationToken).ConfigureAwait(false);
                _started.Add(proxy);
                _ = WatchAsync(proxy, registration);
                _watches.AddRange(_services.GetKeyedServices<ConfigurationSource>(registration.Name)
                    .Select(source => new ConfigurationWatch(source.Section, registration.DisplayName, _logger)));
                _watches.Add(new PolicyFileWatch(proxy, registration.DisplayName, _services.GetService<TimeProvider>() ?? TimeProvider.System, _logger));
            }
        }
        catch
        {
            // The host does not stop a service that failed to start; those that run must not outlive it.
            await StopAllAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        await StopAllAsync(cancellationToken).ConfigureAwait(false);

        // A host that was stopped by a failure must end with one, or its supervisor takes the exit for a wish.
        await Task.WhenAll(_started.Select(static proxy => proxy.Completion)).ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }
    }

    private Task StopAllAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_started.Select(proxy => proxy.StopAsync(cancellationToken)));

    private async Task WatchAsync(PgOAuthProxy proxy, PgOAuthProxyRegistration registration)
    {
        try
        {
            await proxy.Completion.ConfigureAwait(false);
            if (!_lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // An operator said so. The host may be more than its proxies, so it stays; liveness tells who watches it.
                HostingLog.ProxyShutDown(_logger, registration.DisplayName);
            }
        }
        catch (Exception error)
        {
            // Whatever ended it: a host that goes on without its database endpoint only looks alive.
            HostingLog.ProxyFailed(_logger, error, registration.DisplayName);
            _lifetime.StopApplication();
        }
    }
}
