using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Testing;
using PgOAuth.Testing.Wire;
using Xunit;

namespace PgOAuth.Operations;

public sealed class ReloadTests
{
    private Action<PgOAuthProxyOptions> _change = static _ => { };
    private PgOAuthProxyOptions _first = null!;

    [Fact]
    public async Task E12_Reload_IsForNewSessions_AndLeavesTheOthers()
    {
        await using var bed = await StartAsync();
        await using var old = await bed.ConnectAsync();
        await old.LogInAsync("good");
        _change = static options => options.Authorization.RequiredScopes.Add("db-read");

        Assert.True((await bed.Proxy.ReloadAsync(TestContext.Current.CancellationToken)).IsApplied);

        await using var refused = await bed.ConnectAsync();
        await refused.SendAsync(LoginMessages.GoodStartup, LoginMessages.Password("good"));
        await refused.ExpectAuthenticationAsync(3);
        Assert.Equal("42501", (await refused.ExpectFatalAsync()).SqlState);
        await using var scoped = await bed.ConnectAsync();
        await scoped.LogInAsync("good+db-read");
        await old.SendAsync(FrontendMessages.Query("SELECT 1"));
        await old.ReadUntilReadyAsync();
        Assert.Contains(bed.Proxy.GetConfig(), static setting => setting is { Name: "Authorization:RequiredScopes", Value: "db-read" });
        Assert.Contains(bed.Log.Lines, static line => line.EventId.Id == PgOAuthEventIds.SettingsReloaded);
    }

    [Fact]
    public async Task E12_Reload_OfAPoolsSettings_CountsForThePoolsThereAre()
    {
        static void Pooled(PgOAuthProxyOptions options) => options.Pool.Mode = PoolMode.Transaction;
        await using var bed = await StartAsync(Pooled);
        await using var client = await bed.ConnectAsync();
        await client.LogInAsync("good");
        Assert.Single(bed.Proxy.GetServers());
        _change = static options =>
        {
            Pooled(options);
            options.Pool.ServerIdleTimeout = TimeSpan.FromMilliseconds(1);
            options.Pool.MaxServerConnections = 7;
            options.Pool.MaxPerTenant = 7;
            options.Pool.MaxPerPrincipal = 7;
        };

        var outcome = await bed.Proxy.ReloadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["Pool:MaxServerConnections", "Pool:MaxPerTenant", "Pool:MaxPerPrincipal"], outcome.NeedRestart.Where(static name => name.StartsWith("Pool", StringComparison.Ordinal)));
        await Eventually.TrueAsync(() => bed.Proxy.GetServers().Count == 0);
    }

    [Fact]
    public async Task E12_Reload_WithMistakes_NamesAllAndChangesNothing()
    {
        await using var bed = await StartAsync();
        _change = static options =>
        {
            options.Limits.MaxConnections = 0;
            options.Pool.Size = 0;
            options.Upstream.Servers.Clear();
            options.Authorization.RequiredScopes.Add("db-read");
        };

        var outcome = await bed.Proxy.ReloadAsync(TestContext.Current.CancellationToken);

        Assert.False(outcome.IsApplied);
        Assert.Equal(["Limits:MaxConnections", "Upstream:Servers", "Pool:Size"], outcome.Mistakes.Select(static mistake => mistake.Split(": ")[0]));
        await using var client = await bed.ConnectAsync();
        await client.LogInAsync("good");
        Assert.Contains(bed.Log.Lines, static line => line.EventId.Id == PgOAuthEventIds.ReloadRefused);
    }

    [Fact]
    public async Task E12_Reload_OfASourceThatThrows_ChangesNothing()
    {
        await using var bed = await StartAsync();
        _change = static _ => throw new InvalidDataException("the file is torn");

        var outcome = await bed.Proxy.ReloadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["the settings cannot be read: the file is torn"], outcome.Mistakes);
        await using var client = await bed.ConnectAsync();
        await client.LogInAsync("good");
    }

    [Fact]
    public async Task E12_ReloadUnderLoad_NeverMixesTwoSettings()
    {
        await using var bed = await StartAsync(static options => Use(options, "a"));
        using var done = new CancellationTokenSource();
        var logins = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await using var client = await bed.ConnectAsync();
                await client.LogInAsync("good");
                await client.SendAsync(FrontendMessages.Terminate);
            }
        })).ToArray();
        for (var i = 0; i < 60; i++)
        {
            var number = i;
            _change = options =>
            {
                Use(options, number % 2 == 0 ? "b" : "a");
                if (number % 3 == 0)
                {
                    options.Limits.LoginTimeout = TimeSpan.Zero;
                    options.Upstream.Routes[0].UpstreamDatabase = "broken";
                }
            };
            Assert.Equal(number % 3 != 0, (await bed.Proxy.ReloadAsync(TestContext.Current.CancellationToken)).IsApplied);
        }

        await done.CancelAsync();
        await Task.WhenAll(logins);

        var seen = bed.Server.Startups.Select(static startup => (
            startup.Single(static pair => pair.Key == "user").Value, startup.Single(static pair => pair.Key == "database").Value)).ToHashSet();
        Assert.Subset(new HashSet<(string, string)> { ("service_a", "shop_a"), ("service_b", "shop_b") }, seen);
    }

    [Fact]
    public async Task Reload_SaysWhatNeedsARestart()
    {
        await using var bed = await StartAsync();
        await using var admin = await AdminClient.OpenAsync(bed);
        _change = static options =>
        {
            options.Transport.Kind = TestTransport.Kind;
            options.Transport.Loops = 7;
            options.Auditing.QueueCapacity = 7;
            options.Limits.MaxConnections = 7;
        };

        var answer = await admin.AskAsync("RELOAD");

        Assert.Equal("NCZ", string.Concat(answer.Select(static message => message.Type)));
        Assert.Equal("after a restart only: Transport:Loops, Auditing:QueueCapacity", WireError.Parse(answer[0].Body).Message);
    }

    [Fact]
    public async Task Reload_InTheAdminDatabase_WithMistakes_IsAnErrorThatListsThem()
    {
        await using var bed = await StartAsync();
        await using var admin = await AdminClient.OpenAsync(bed);
        _change = static options => options.Pool.Size = 0;

        var error = await admin.ErrorAsync("RELOAD");

        Assert.Equal(("F0000", "Pool:Size: must be between 1 and 100,000."), (error.SqlState, error.Detail));
    }

    [Fact]
    public async Task A50_Reload_ThatTakesTheScopeAway_EndsAdminSessionsAtTheNextCommand()
    {
        await using var bed = await StartAsync();
        await using var admin = await AdminClient.OpenAsync(bed);
        _change = static options => options.Admin.Scope = "db-other";
        Assert.Equal("RELOAD", await admin.TagAsync("RELOAD"));

        Assert.Equal(("FATAL", "42501"), await StateAsync(admin, "SHOW POOLS"));
    }

    [Fact]
    public async Task Reload_ChangesCapsAndHowAnEndpointAsks()
    {
        await using var bed = await StartAsync();
        _change = static options =>
        {
            options.Limits.MaxConnections = 1;
            options.Endpoints[0].TokenExchange = TokenExchange.OAuthBearer;
        };
        await using var first = await bed.ConnectAsync();
        await first.LogInAsync("good");
        Assert.True((await bed.Proxy.ReloadAsync(TestContext.Current.CancellationToken)).IsApplied);

        await using var second = await bed.ConnectAsync();
        await second.SendAsync(LoginMessages.GoodStartup);
        Assert.Equal("53300", (await second.ExpectFatalAsync()).SqlState);
        await first.SendAsync(FrontendMessages.Terminate);
        await bed.SettleAsync();
        await using var third = await bed.ConnectAsync();
        await third.SendAsync(LoginMessages.GoodStartup);
        await third.ExpectAuthenticationAsync(10);
    }

    [Fact]
    public async Task Reload_WithoutASource_IsRefused()
    {
        await using var bed = await ProxyTestBed.StartAsync(plaintext: true);

        Assert.Equal(["the host gives no way to read the settings again."], (await bed.Proxy.ReloadAsync(TestContext.Current.CancellationToken)).Mistakes);
    }

    private static async Task<(string, string)> StateAsync(AdminClient admin, string command)
    {
        var error = await admin.ErrorAsync(command);
        return (error.Severity, error.SqlState);
    }

    private static void Use(PgOAuthProxyOptions options, string version)
    {
        options.Upstream.Servers["main"].Username = $"service_{version}";
        options.Upstream.Routes.Add(new RouteOptions { Server = "main", UpstreamDatabase = $"shop_{version}" });
    }

    private Task<ProxyTestBed> StartAsync(Action<PgOAuthProxyOptions>? configure = null) => ProxyTestBed.StartAsync(
        options =>
        {
            options.Admin.Scope = AdminClient.Scope;
            configure?.Invoke(options);
            _first = options;
        },
        components => components.OptionsSource = _ => Changed(),
        plaintext: true);

    /// <summary>Options of their own, as a configuration that is read again gives them.</summary>
    private PgOAuthProxyOptions Changed()
    {
        var options = new PgOAuthProxyOptions().Listen("127.0.0.1", 0, static endpoint => endpoint.DangerousAllowTokensWithoutTls = true);
        options.Authentication.DiscoveryIssuer = "https://issuer.example.com";
        options.Admin.Scope = AdminClient.Scope;
        var main = _first.Upstream.Servers["main"];
        options.Upstream.Servers["main"] = new UpstreamServerOptions { Host = main.Host, Port = main.Port, Username = main.Username };
        _change(options);
        return options;
    }
}
