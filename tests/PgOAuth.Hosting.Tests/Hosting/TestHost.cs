using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PgOAuth.Options;
using PgOAuth.Testing;

namespace PgOAuth.Hosting;

/// <summary>Hosts without files or environment variables, and the least that a proxy needs to start.</summary>
internal static class TestHost
{
    internal const string Issuer = "https://issuer.invalid";

    internal static HostApplicationBuilder CreateBuilder(LogRecorder? log = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        if (log is not null)
        {
            builder.Services.AddSingleton<ILoggerProvider>(log);
        }

        return builder;
    }

    /// <summary>Settings that start: a free port of loopback, an issuer that nobody asks, a server that nobody dials.</summary>
    internal static void Minimal(PgOAuthProxyOptions options)
    {
        options.Listen("127.0.0.1", 0, static endpoint => endpoint.DangerousAllowTokensWithoutTls = true);
        options.Authentication.Issuers.Add(new IssuerOptions { Issuer = Issuer, Audiences = { "postgres" } });
        options.Authorization.RoleMap.Add(new RoleMapOptions { Claim = "groups", Value = "analysts", Role = "analyst" });
        options.Upstream.Servers.Add("main", new UpstreamServerOptions { Host = "127.0.0.1", Port = 1, Username = "service" });
    }

    internal static async Task<TcpClient> ConnectAsync(PgOAuthProxy proxy)
    {
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)proxy.LocalEndPoints[0], TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Waits for what happens on another thread; the guard is far beyond what it ever takes.</summary>
    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(5, guard.Token);
        }
    }
}
