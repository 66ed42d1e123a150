using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PgOAuth.Configuration;
using PgOAuth.Diagnostics;
using PgOAuth.Operations;
using PgOAuth.Testing;

namespace PgOAuth.Hosting;

public sealed class PgOAuthHostedServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_StartsAndStops_ProxyListensInBetween()
    {
        var builder = TestHost.CreateBuilder();
        builder.Services.AddPgOAuthProxy(TestHost.Minimal);
        using var host = builder.Build();
        await host.StartAsync(Token);
        var proxy = host.Services.GetRequiredService<PgOAuthProxy>();

        using (await TestHost.ConnectAsync(proxy))
        {
            Assert.False(proxy.Completion.IsCompleted);
        }

        await host.StopAsync(Token);
        Assert.True(proxy.Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAnyAsync<SocketException>(() => TestHost.ConnectAsync(proxy));
    }

    [Fact]
    public async Task Mistakes_OfReadingAndOfMeaning_StopTheStartTogether()
    {
        var builder = TestHost.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["PgOAuth:Endpoints:0:Address"] = "127.0.0.1:0",
            ["PgOAuth:Authorisation:RequiredScopes:0"] = "db:read",
            ["PgOAuth:Limits:MaxConnections"] = "many",
        });
        builder.Services.AddPgOAuthProxy("tenants").LoadFromConfig(builder.Configuration.GetSection("PgOAuth"));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Equal(
            """
            PgOAuth proxy "tenants" cannot start. Its settings have 6 mistakes:
            - Limits:MaxConnections: a whole number is needed.
            - Authorisation: there is no such setting; here are Endpoints, Limits, Authentication, Authorization, Upstream, Pool, Transport, Enforcement, Auditing, Admin.
            - Endpoints:0:Tls:Certificate:Path: a certificate is needed, because clients send their tokens here; DangerousAllowTokensWithoutTls does without, for a Unix socket or a measurement on loopback.
            - Authentication:Issuers: at least one issuer is needed, or a validator added in code.
            - Authorization:RoleMap: at least one rule is needed, or a role mapper in code; otherwise no token becomes a role.
            - Upstream:Servers: at least one server is needed, such as "main": { "Host": "localhost", "Username": "pgoauth_service" }.
            """,
            error.Message);
    }

    [Fact]
    public async Task SeveralProxies_ListenOnTheirOwnPorts_AndStopTogether()
    {
        var builder = TestHost.CreateBuilder();
        builder.Services.AddPgOAuthProxy("a", TestHost.Minimal);
        builder.Services.AddPgOAuthProxy("b", TestHost.Minimal);
        using var host = builder.Build();
        await host.StartAsync(Token);
        var a = host.Services.GetRequiredKeyedService<PgOAuthProxy>("a");
        var b = host.Services.GetRequiredKeyedService<PgOAuthProxy>("b");

        Assert.NotEqual(a.LocalEndPoints[0], b.LocalEndPoints[0]);
        (await TestHost.ConnectAsync(a)).Dispose();
        (await TestHost.ConnectAsync(b)).Dispose();

        await host.StopAsync(Token);
        Assert.True(a.Completion.IsCompletedSuccessfully && b.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task SecondProxyThatCannotBind_StopsTheFirst()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var builder = TestHost.CreateBuilder();
        builder.Services.AddPgOAuthProxy("first", TestHost.Minimal);
        builder.Services.AddPgOAuthProxy("second", options =>
        {
            TestHost.Minimal(options);
            options.Endpoints[0].Address = $"127.0.0.1:{port}";
        });
        using var host = builder.Build();

        await Assert.ThrowsAsync<SocketException>(() => host.StartAsync(Token));

        var first = host.Services.GetRequiredKeyedService<PgOAuthProxy>("first");
        Assert.True(first.Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAnyAsync<SocketException>(() => TestHost.ConnectAsync(first));
    }

    [Fact]
    public async Task Stop_WithAClientThatNeverEnds_EndsItAtTheDeadline()
    {
        using var log = new LogRecorder();
        var builder = TestHost.CreateBuilder(log);
        builder.Services.AddPgOAuthProxy(static options =>
        {
            TestHost.Minimal(options);
            options.Limits.DrainTimeout = TimeSpan.FromMilliseconds(200);
        });
        using var host = builder.Build();
        await host.StartAsync(Token);
        var proxy = host.Services.GetRequiredService<PgOAuthProxy>();
        using var client = await TestHost.ConnectAsync(proxy);
        await TestHost.UntilAsync(() => proxy.ActiveSessions == 1);

        await host.StopAsync(Token);

        Assert.Equal(0, proxy.ActiveSessions);
        // The rest of what the proxy says to the client, then the end of the stream.
        var buffer = new byte[1024];
        while (await client.GetStream().ReadAsync(buffer, Token) > 0)
        {
        }

        Assert.Contains(log.Lines, static line => line.EventId.Id == PgOAuthEventIds.DrainStarted);
        Assert.Contains(log.Lines, static line => line.EventId.Id == PgOAuthEventIds.DrainFinished);
    }

    [Fact]
    public async Task AcceptLoopThatDies_StopsTheHostWithAnError()
    {
        using var log = new LogRecorder();
        var time = new BreakableTime();
        var builder = TestHost.CreateBuilder(log);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddPgOAuthProxy("tenants", TestHost.Minimal);
        using var host = builder.Build();
        await host.StartAsync(Token);
        var proxy = host.Services.GetRequiredKeyedService<PgOAuthProxy>("tenants");
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

        // A defect that no accept loop expects.
        time.IsBroken = true;
        (await TestHost.ConnectAsync(proxy)).Dispose();
        await TestHost.UntilAsync(() => stopping.IsCancellationRequested);
        time.IsBroken = false;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StopAsync(Token));
        Assert.Equal("broken clock", error.Message);
        var line = Assert.Single(log.Lines, static line => line.EventId.Id == PgOAuthEventIds.ProxyFailed);
        Assert.Equal("tenants", line.Values["ProxyName"]);
    }

    [Fact]
    public async Task ChangedConfiguration_IsLoggedOnce_AndOtherChangesAreNot()
    {
        using var log = new LogRecorder();
        var builder = TestHost.CreateBuilder(log);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["PgOAuth:Limits:MaxConnections"] = "5", ["Other"] = "1" });
        builder.Services.AddPgOAuthProxy(TestHost.Minimal).LoadFromConfig(builder.Configuration.GetSection("PgOAuth"));
        using var host = builder.Build();
        await host.StartAsync(Token);
        var root = (IConfigurationRoot)builder.Configuration;

        root["Other"] = "2";
        root.Reload();
        Assert.DoesNotContain(log.Lines, static line => line.EventId.Id == PgOAuthEventIds.ConfigurationChanged);

        root["PgOAuth:Limits:MaxConnections"] = "6";
        root.Reload();
        root.Reload();
        Assert.Single(log.Lines, static line => line.EventId.Id == PgOAuthEventIds.ConfigurationChanged);

        await host.StopAsync(Token);
        root["PgOAuth:Limits:MaxConnections"] = "7";
        root.Reload();
        Assert.Single(log.Lines, static line => line.EventId.Id == PgOAuthEventIds.ConfigurationChanged);
    }

    [Fact]
    public async Task E12_Reload_ReadsTheConfigurationAgain_AndOneWithMistakesChangesNothing()
    {
        using var log = new LogRecorder();
        var builder = TestHost.CreateBuilder(log);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["PgOAuth:Limits:MaxConnections"] = "5" });
        builder.Services.AddPgOAuthProxy(TestHost.Minimal).LoadFromConfig(builder.Configuration.GetSection("PgOAuth"));
        using var host = builder.Build();
        await host.StartAsync(Token);
        var control = host.Services.GetRequiredService<IPgOAuthProxyControl>();

        builder.Configuration["PgOAuth:Limits:MaxConnections"] = "6";
        Assert.True((await control.ReloadAsync(Token)).IsApplied);
        Assert.Equal("6", MaxConnections());

        builder.Configuration["PgOAuth:Limits:MaxConnections"] = "7";
        builder.Configuration["PgOAuth:Limits:MaxConections"] = "8";
        builder.Configuration["PgOAuth:Pool:Size"] = "0";
        var outcome = await control.ReloadAsync(Token);
        Assert.Equal(
            ["Limits:MaxConections: there is no such setting", "Pool:Size: must be between 1 and 100,000."],
            outcome.Mistakes.Select(static mistake => mistake.Split(';')[0]));
        Assert.Equal("6", MaxConnections());
        await host.StopAsync(Token);

        string MaxConnections() => control.GetConfig().Single(static setting => setting.Name == "Limits:MaxConnections").Value;
    }

    [Fact]
    public async Task ChangedPolicyFile_IsReadAgain_AndOneWithMistakesChangesNothing()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "policy.json");
        await File.WriteAllTextAsync(file, PolicyOf("first"), Token);
        using var log = new LogRecorder();
        var time = new ManualTimeProvider();
        var builder = TestHost.CreateBuilder(log);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddPgOAuthProxy(TestHost.Minimal).UsePolicyFile(file);
        using var host = builder.Build();
        await host.StartAsync(Token);
        var proxy = host.Services.GetRequiredService<PgOAuthProxy>();

        Look();
        Look();
        Assert.Equal("first", Scope());
        Assert.DoesNotContain(log.Lines, static line => line.EventId.Id == PgOAuthEventIds.PolicyFileChanged);

        await File.WriteAllTextAsync(file, PolicyOf("second"), Token);
        Look();
        Assert.Equal("first", Scope());
        Look();
        await TestHost.UntilAsync(() => Scope() == "second");
        await TestHost.UntilAsync(() => log.Lines.Any(static line => line.EventId.Id == PgOAuthEventIds.SettingsReloaded));

        await File.WriteAllTextAsync(file, PolicyOf("third")[..^1], Token);
        await UntilReloadsAsync(2);
        await TestHost.UntilAsync(() => log.Lines.Any(static line => line.EventId.Id == PgOAuthEventIds.ReloadRefused));
        Assert.Contains(file, log.Lines.Single(static line => line.EventId.Id == PgOAuthEventIds.ReloadRefused).Message, StringComparison.Ordinal);
        Assert.Equal("second", Scope());
        Look();
        Look();
        Assert.Single(log.Lines, static line => line.EventId.Id == PgOAuthEventIds.ReloadRefused);

        File.Delete(file);
        await UntilReloadsAsync(3);
        Assert.Equal("second", Scope());

        await File.WriteAllTextAsync(file, PolicyOf("fourth"), Token);
        await UntilReloadsAsync(4);
        await TestHost.UntilAsync(() => Scope() == "fourth");
        await host.StopAsync(Token);

        string Scope() => Assert.Single(proxy.WrittenPolicy.Options.Scopes.Keys);

        void Look() => time.Advance(PolicyFileWatch.Interval);

        async Task UntilReloadsAsync(int count) => await TestHost.UntilAsync(() =>
        {
            Look();
            return log.Lines.Count(static line => line.EventId.Id == PgOAuthEventIds.PolicyFileChanged) == count;
        });

        static string PolicyOf(string scope) =>
            $$"""{ "scopes": { "{{scope}}": { "allow": [ { "statements": [ "select" ], "relations": [ "sales.*" ] } ] } } }""";
    }

    [Fact]
    public async Task E13_Shutdown_ByAnOperator_LeavesTheHostRunning()
    {
        using var log = new LogRecorder();
        var builder = TestHost.CreateBuilder(log);
        builder.Services.AddPgOAuthProxy(TestHost.Minimal);
        using var host = builder.Build();
        await host.StartAsync(Token);
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();

        await host.Services.GetRequiredService<IPgOAuthProxyControl>().ShutdownAsync(cancellationToken: Token);

        await TestHost.UntilAsync(() => log.Lines.Any(static line => line.EventId.Id == PgOAuthEventIds.ProxyShutDown));
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);
        await host.StopAsync(Token);
    }

    private sealed class BreakableTime : TimeProvider
    {
        internal volatile bool IsBroken;

        public override DateTimeOffset GetUtcNow() => IsBroken ? throw new InvalidOperationException("broken clock") : base.GetUtcNow();
    }
}
