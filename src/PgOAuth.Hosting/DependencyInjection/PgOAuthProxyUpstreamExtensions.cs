using System.Diagnostics.CodeAnalysis;
using PgOAuth.Options;
using PgOAuth.Upstream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stage 5: the PostgreSQL servers.</summary>
public static class PgOAuthProxyUpstreamExtensions
{
    /// <summary>Adds a server, or changes the settings of the one with this name.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="name">A name of your choice; routes refer to it.</param>
    /// <param name="configure">The server's settings.</param>
    public static IPgOAuthProxyBuilder AddUpstream(this IPgOAuthProxyBuilder builder, string name, Action<UpstreamServerOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.Configure(options =>
        {
            if (!options.Upstream.Servers.TryGetValue(name, out var server))
            {
                options.Upstream.Servers.Add(name, server = new UpstreamServerOptions());
            }

            configure(server);
        });
    }

    /// <summary>Adds the server <c>main</c>, or changes its settings; enough when there is only one.</summary>
    /// <param name="builder">The proxy.</param>
    /// <param name="host">Host name, IP address, or the directory of a Unix socket.</param>
    /// <param name="port">The port.</param>
    /// <param name="username">The service login of <c>AssumeRole</c> mode; null in <c>Login</c> mode.</param>
    /// <param name="password">Its password; null when the server asks for none.</param>
    /// <param name="configure">Further settings of the server.</param>
    public static IPgOAuthProxyBuilder AddUpstream(
        this IPgOAuthProxyBuilder builder, string host, int port, string? username, string? password = null, Action<UpstreamServerOptions>? configure = null) =>
        builder.AddUpstream("main", server =>
        {
            server.Host = host;
            server.Port = port;
            server.Username = username;
            server.Password = password;
            configure?.Invoke(server);
        });

    /// <summary>Decides in code which session goes to which server, in place of <c>Upstream:Routes</c>.</summary>
    /// <typeparam name="T">The router: one instance for this proxy, its constructor's parameters come from the host's services.</typeparam>
    /// <param name="builder">The proxy.</param>
    public static IPgOAuthProxyBuilder UseUpstreamRouter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IPgOAuthProxyBuilder builder)
        where T : class, IUpstreamRouter
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton<IUpstreamRouter, T>(builder.Name);
        return builder;
    }

    /// <summary>Gives the credentials for servers in code, in place of the user names and passwords of the configuration.</summary>
    /// <typeparam name="T">The provider: one instance for this proxy, its constructor's parameters come from the host's services.</typeparam>
    /// <param name="builder">The proxy.</param>
    public static IPgOAuthProxyBuilder UseUpstreamCredentials<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IPgOAuthProxyBuilder builder)
        where T : class, IUpstreamCredentialProvider
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton<IUpstreamCredentialProvider, T>(builder.Name);
        return builder;
    }
}
