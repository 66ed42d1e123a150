using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PgOAuth;
using PgOAuth.Configuration;
using PgOAuth.DependencyInjection;
using PgOAuth.Enforcement;
using PgOAuth.Hosting;
using PgOAuth.Operations;
using PgOAuth.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds proxies to a host.</summary>
public static class PgOAuthServiceCollectionExtensions
{
    /// <summary>Adds the default proxy: started, drained and stopped with the host.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Settings; more can come from the builder. All mistakes in them are reported together when the host starts.</param>
    /// <remarks>The running <see cref="PgOAuthProxy"/> can be resolved, for example to read the ports it listens on; so can <see cref="IPgOAuthProxyControl"/> and <see cref="IPgOAuthPolicy"/>.</remarks>
    public static IPgOAuthProxyBuilder AddPgOAuthProxy(this IServiceCollection services, Action<PgOAuthProxyOptions>? configure = null)
    {
        var builder = services.AddPgOAuthProxy("", configure);
        services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<PgOAuthProxy>(""));
        services.TryAddSingleton<IPgOAuthProxyControl>(static provider => provider.GetRequiredKeyedService<PgOAuthProxy>(""));
        services.TryAddSingleton<IPgOAuthPolicy>(static provider => provider.GetRequiredKeyedService<PgOAuthProxy>(""));
        return builder;
    }

    /// <summary>Adds a proxy with a name, so that a host can run several. They share no settings and no code of the host.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The name; it appears in log, metrics and audit. The same name again adds to the same proxy.</param>
    /// <param name="configure">Settings; more can come from the builder. All mistakes in them are reported together when the host starts.</param>
    /// <remarks>The running <see cref="PgOAuthProxy"/>, <see cref="IPgOAuthProxyControl"/> and <see cref="IPgOAuthPolicy"/> can be resolved as keyed services, the key being the name.</remarks>
    public static IPgOAuthProxyBuilder AddPgOAuthProxy(this IServiceCollection services, string name, Action<PgOAuthProxyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        var options = services.AddOptions<PgOAuthProxyOptions>(name);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        var registration = new PgOAuthProxyRegistration(name);
        if (!services.Any(service => !service.IsKeyedService && Equals(service.ImplementationInstance, registration)))
        {
            options.ValidateOnStart();
            services.AddSingleton(registration);
            services.AddKeyedSingleton(name, static (provider, key) => Create(provider, (string)key!));
            services.AddKeyedSingleton<IPgOAuthProxyControl>(name, static (provider, key) => provider.GetRequiredKeyedService<PgOAuthProxy>(key));
            services.AddKeyedSingleton<IPgOAuthPolicy>(name, static (provider, key) => provider.GetRequiredKeyedService<PgOAuthProxy>(key));
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PgOAuthProxyOptions>, ProxyOptionsValidation>());
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PgOAuthHostedService>());
        }

        return new PgOAuthProxyBuilder(name, services);
    }

    private static PgOAuthProxy Create(IServiceProvider services, string name)
    {
        var options = services.GetRequiredService<IOptionsMonitor<PgOAuthProxyOptions>>().Get(name);
        var components = ProxyComponentsFactory.Create(services, name);
        components.OptionsSource = mistakes => FreshOptions.Read(services, name, mistakes);
        return new PgOAuthProxy(options, components, name);
    }
}
