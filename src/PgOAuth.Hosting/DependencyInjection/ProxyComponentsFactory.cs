using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Auditing;
using PgOAuth.Authentication;
using PgOAuth.Authorization;
using PgOAuth.Upstream;

namespace PgOAuth.DependencyInjection;

/// <summary>Collects what was registered under a proxy's name. Log, clock and meters are the host's.</summary>
internal static class ProxyComponentsFactory
{
    internal static PgOAuthProxyComponents Create(IServiceProvider services, string name)
    {
        var components = new PgOAuthProxyComponents
        {
            LoggerFactory = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
            MeterFactory = services.GetService<IMeterFactory>(),
            UpstreamRouter = services.GetKeyedService<IUpstreamRouter>(name),
            UpstreamCredentials = services.GetKeyedService<IUpstreamCredentialProvider>(name),
        };
        AddAll(components.TokenValidators, services, name);
        AddAll(components.RoleMappers, services, name);
        AddAll(components.ScopePolicies, services, name);
        AddAll(components.AuditSinks, services, name);
        return components;
    }

    private static void AddAll<T>(IList<T> target, IServiceProvider services, string name)
    {
        foreach (var service in services.GetKeyedServices<T>(name))
        {
            target.Add(service);
        }
    }
}
