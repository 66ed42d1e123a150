using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PgOAuth.Enforcement;
using PgOAuth.Options;
using PgOAuth.Samples.Terminal.Commands;

namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>The proxy in a .NET host: this is what an application of yours does too.</summary>
internal sealed class ProxyHost : IAsyncDisposable
{
    private readonly IHost _host;

    private ProxyHost(IHost host)
    {
        _host = host;
    }

    /// <summary>The settings it runs with.</summary>
    public PgOAuthProxyOptions Options => _host.Services.GetRequiredService<IOptionsMonitor<PgOAuthProxyOptions>>().Get("");

    /// <summary>Where it listens.</summary>
    public EndPoint EndPoint => _host.Services.GetRequiredService<PgOAuthProxy>().LocalEndPoints[0];

    /// <summary>What its policy says.</summary>
    /// <exception cref="CommandException">The settings have mistakes.</exception>
    public IPgOAuthPolicy Policy
    {
        get
        {
            try
            {
                return _host.Services.GetRequiredService<IPgOAuthPolicy>();
            }
            catch (OptionsValidationException mistakes)
            {
                throw new CommandException(mistakes.Message, mistakes);
            }
        }
    }

    /// <summary>A proxy that does not listen.</summary>
    public static ProxyHost Create(ProxySettings settings, ServeEnvironment environment, LogLevel log)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging
            .SetMinimumLevel(log)
            // The host logs a failed start with its stack; the caller says it in a sentence.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        var proxy = builder.Services.AddPgOAuthProxy();
        if (settings.File is { } section)
        {
            proxy.LoadFromConfig(section);
        }

        proxy.Configure(options => settings.ApplyTo(options, environment));

        return new ProxyHost(builder.Build());
    }

    /// <exception cref="CommandException">The settings have mistakes, or the address cannot be had.</exception>
    public static async Task<ProxyHost> StartAsync(ProxySettings settings, ServeEnvironment environment, LogLevel log, CancellationToken cancellationToken)
    {
        var host = Create(settings, environment, log);
        try
        {
            await host._host.StartAsync(cancellationToken);
            return host;
        }
        catch (Exception failed)
        {
            var address = failed is SocketException ? host.Options.Endpoints[0].Address : "";
            await host.DisposeAsync();
            throw failed switch
            {
                SocketException => new CommandException($"The proxy cannot listen on {address}: {failed.Message}.", failed),
                OptionsValidationException => new CommandException(failed.Message, failed),
                _ => failed,
            };
        }
    }

    /// <summary>
    /// Ends when told to stop, when an operator shuts the proxy down, or when it can no longer accept connections; sessions have
    /// finished or been ended then.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var shutdown = _host.WaitForShutdownAsync(stopping);
        var completion = _host.Services.GetRequiredService<PgOAuthProxy>().Completion;
        await Task.WhenAny(shutdown, completion);
        if (!completion.IsCompletedSuccessfully || _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            await shutdown;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
