using Microsoft.Extensions.Configuration;
using PgOAuth.Configuration;
using PgOAuth.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Settings of a proxy, from configuration and from code. What is called later is applied later.</summary>
public static class PgOAuthProxyConfigurationExtensions
{
    /// <summary>Reads settings from a section, usually <c>"PgOAuth"</c>; <c>docs/configuration.md</c> lists all of them.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="section">The section. Lists in it are added to what is there already.</param>
    /// <remarks>
    /// A setting that does not exist, or a value of the wrong kind, is a mistake like any other: the host does not start.
    /// The section is read at start, and again when the proxy is told to reload; that it changed in between is logged.
    /// </remarks>
    public static IPgOAuthProxyBuilder LoadFromConfig(this IPgOAuthProxyBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        builder.Services.AddKeyedSingleton(builder.Name, new ConfigurationSource(section));
        return builder.Configure(options => ProxyOptionsReader.Read(section, options));
    }

    /// <summary>Changes settings in code.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="configure">Called at start, and again when the proxy is told to reload.</param>
    public static IPgOAuthProxyBuilder Configure(this IPgOAuthProxyBuilder builder, Action<PgOAuthProxyOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }
}
