using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using PgOAuth.Options;
using PgOAuth.Samples.Terminal.Commands;

namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>The proxy itself.</summary>
internal sealed class ProxyHost : IAsyncDisposable
{
    private readonly PgOAuthProxy _proxy;
    private readonly ILoggerFactory _loggers;

    private ProxyHost(PgOAuthProxy proxy, PgOAuthProxyOptions options, ILoggerFactory loggers)
    {
        _proxy = proxy;
        Options = options;
        _loggers = loggers;
    }

    /// <summary>The settings it runs with.</summary>
    public PgOAuthProxyOptions Options { get; }

    /// <summary>Where it listens.</summary>
    public EndPoint EndPoint => _proxy.LocalEndPoints[0];

    public static async Task<ProxyHost> StartAsync(ProxySettings settings, ServeEnvironment environment, LogLevel log, CancellationToken cancellationToken)
    {
        var options = new PgOAuthProxyOptions();
        settings.File?.Bind(options);
        settings.ApplyTo(options, environment);
        var loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(log)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        try
        {
            var proxy = new PgOAuthProxy(options, new PgOAuthProxyComponents { LoggerFactory = loggers });
            await proxy.StartAsync(cancellationToken);
            return new ProxyHost(proxy, options, loggers);
        }
        catch (Exception failed)
        {
            loggers.Dispose();
            throw failed switch
            {
                SocketException => new CommandException($"The proxy cannot listen on {options.Endpoints[0].Address}: {failed.Message}.", failed),
                ArgumentException => new CommandException(failed.Message, failed),
                _ => failed,
            };
        }
    }

    /// <summary>Ends when told to stop, or when the proxy can no longer accept connections.</summary>
    public async Task WaitAsync(CancellationToken stopping)
    {
        try
        {
            await _proxy.Completion.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _loggers.Dispose();
    }
}
