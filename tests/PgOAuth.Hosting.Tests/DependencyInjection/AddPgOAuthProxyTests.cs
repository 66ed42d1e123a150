using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PgOAuth.Auditing;
using PgOAuth.Authentication;
using PgOAuth.Authorization;
using PgOAuth.Hosting;
using PgOAuth.Enforcement;
using PgOAuth.Operations;
using PgOAuth.Options;
using PgOAuth.Upstream;

namespace PgOAuth.DependencyInjection;

public sealed class AddPgOAuthProxyTests
{
    [Fact]
    public async Task Builder_EveryMethod_ReachesTheProxy()
    {
        var services = new ServiceCollection();
        services.AddPgOAuthProxy()
            .Configure(options => options.Listen("127.0.0.1", 0))
            .AddIssuer("https://a.example", "postgres", issuer => issuer.AllowPlainJwtType = true)
            .MapRole("groups", "analysts", "analyst", "https://a.example")
            .MapRole(static claims => claims.HasGroup("engineers") ? "engineer" : null)
            .MapRoles(static claims => claims.GetValues("roles"))
            .AddRoleMapper<Seams>()
            .RequireScope("db:read", "db:login")
            .AllowConnection("db:write", "sales", "engineer")
            .AddScopePolicy<Seams>()
            .AddTokenValidator<Seams>()
            .AddAuditSink<Seams>()
            .AddUpstream("db.example", 5433, "service", "secret", server => server.TlsMode = UpstreamTlsMode.VerifyCa)
            .AddUpstream("other", server => server.Host = "other.example")
            .AddScope("orders:read", static s => s.Select("sales.orders", "sales.order_items"))
            .AddScope("orders:read", static s => s.DenyFunctions("sales.export"))
            .ConfigureStatementPolicy(static policy => policy.Defaults.Metadata = false)
            .UseUpstreamRouter<Seams>()
            .UseUpstreamCredentials<Seams>();
        await using var provider = services.BuildServiceProvider();

        // Not resolved through validation: these settings are not meant to start.
        var options = new PgOAuthProxyOptions();
        foreach (var configure in provider.GetServices<IConfigureOptions<PgOAuthProxyOptions>>())
        {
            configure.Configure(options);
        }

        Assert.Equal("127.0.0.1:0", Assert.Single(options.Endpoints).Address);
        var issuer = Assert.Single(options.Authentication.Issuers);
        Assert.Equal(("https://a.example", "postgres", true), (issuer.Issuer, issuer.Audiences.Single(), issuer.AllowPlainJwtType));
        var map = Assert.Single(options.Authorization.RoleMap);
        Assert.Equal(("groups", "analysts", "analyst", "https://a.example"), (map.Claim, map.Value, map.Role, map.Issuer));
        Assert.Equal(["db:read", "db:login"], options.Authorization.RequiredScopes);
        var rule = Assert.Single(options.Authorization.ConnectionRules);
        Assert.Equal(("db:write", "sales", "engineer"), (rule.Scope, rule.Databases.Single(), rule.Roles.Single()));
        var main = options.Upstream.Servers["main"];
        Assert.Equal(("db.example", 5433, "service", "secret", UpstreamTlsMode.VerifyCa), (main.Host, main.Port, main.Username, main.Password, main.TlsMode));
        Assert.Equal("other.example", options.Upstream.Servers["other"].Host);

        var scope = Assert.Single(options.Enforcement.Policy.Scopes);
        Assert.Equal("orders:read", scope.Key);
        Assert.Equal(["sales.orders", "sales.order_items"], Assert.Single(scope.Value.Allow).Relations);
        Assert.Equal(["sales.export"], Assert.Single(scope.Value.Deny).Functions);
        Assert.False(options.Enforcement.Policy.Defaults.Metadata);
        Assert.Equal(GateMode.Enforce, options.Enforcement.Mode);

        var components = ProxyComponentsFactory.Create(provider, "");
        Assert.Equal(3, components.RoleMappers.Count);
        Assert.IsType<Seams>(components.RoleMappers[2]);
        Assert.IsType<Seams>(Assert.Single(components.ScopePolicies));
        Assert.IsType<Seams>(Assert.Single(components.TokenValidators));
        Assert.IsType<Seams>(Assert.Single(components.AuditSinks));
        Assert.IsType<Seams>(components.UpstreamRouter);
        Assert.IsType<Seams>(components.UpstreamCredentials);
    }

    [Fact]
    public async Task SeveralProxies_ShareNeitherSettingsNorCode()
    {
        var services = new ServiceCollection();
        services.AddPgOAuthProxy("a", TestHost.Minimal).AddScopePolicy<Seams>().AddAuditSink<Seams>();
        services.AddPgOAuthProxy("b", TestHost.Minimal).AddScopePolicy<Seams>().RequireScope("b:read");
        await using var provider = services.BuildServiceProvider();

        var a = ProxyComponentsFactory.Create(provider, "a");
        var b = ProxyComponentsFactory.Create(provider, "b");
        Assert.NotSame(Assert.Single(a.ScopePolicies), Assert.Single(b.ScopePolicies));
        Assert.Single(a.AuditSinks);
        Assert.Empty(b.AuditSinks);
        Assert.Empty(ProxyComponentsFactory.Create(provider, "").ScopePolicies);
        var options = provider.GetRequiredService<IOptionsMonitor<PgOAuthProxyOptions>>();
        Assert.Empty(options.Get("a").Authorization.RequiredScopes);
        Assert.Equal(["b:read"], options.Get("b").Authorization.RequiredScopes);
        Assert.NotSame(provider.GetRequiredKeyedService<PgOAuthProxy>("a"), provider.GetRequiredKeyedService<PgOAuthProxy>("b"));
        Assert.Same(provider.GetRequiredKeyedService<PgOAuthProxy>("b"), provider.GetRequiredKeyedService<IPgOAuthProxyControl>("b"));
        Assert.Same(provider.GetRequiredKeyedService<PgOAuthProxy>("b"), provider.GetRequiredKeyedService<IPgOAuthPolicy>("b"));
        Assert.Null(provider.GetService<PgOAuthProxy>());
    }

    [Fact]
    public async Task SameNameAgain_AddsToTheSameProxy()
    {
        var services = new ServiceCollection();
        services.AddPgOAuthProxy(TestHost.Minimal).AddScopePolicy<Seams>();
        services.AddPgOAuthProxy(static options => options.Limits.MaxConnections = 7).AddScopePolicy<Seams>();
        await using var provider = services.BuildServiceProvider();

        Assert.Single(provider.GetServices<PgOAuthProxyRegistration>());
        Assert.Single(services, static service => service.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService));
        Assert.Single(ProxyComponentsFactory.Create(provider, "").ScopePolicies);
        var options = provider.GetRequiredService<IOptionsMonitor<PgOAuthProxyOptions>>().Get("");
        Assert.Equal(7, options.Limits.MaxConnections);
        Assert.Single(options.Endpoints);
        Assert.Same(provider.GetRequiredService<PgOAuthProxy>(), provider.GetRequiredKeyedService<PgOAuthProxy>(""));
        Assert.Same(provider.GetRequiredService<PgOAuthProxy>(), provider.GetRequiredService<IPgOAuthProxyControl>());
        Assert.Same(provider.GetRequiredService<PgOAuthProxy>(), provider.GetRequiredService<IPgOAuthPolicy>());
    }

    [Fact]
    public async Task Configuration_AndCode_AreAppliedInTheOrderOfTheCalls()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["PgOAuth:Limits:MaxConnections"] = "2",
            ["PgOAuth:Limits:MaxConcurrentCancels"] = "2",
        }).Build();
        var services = new ServiceCollection();
        services.AddPgOAuthProxy(static options =>
            {
                TestHost.Minimal(options);
                options.Limits.MaxConnections = 1;
            })
            .LoadFromConfig(configuration.GetSection("PgOAuth"))
            .Configure(static options => options.Limits.MaxConcurrentCancels = 3);
        await using var provider = services.BuildServiceProvider();

        var limits = provider.GetRequiredService<IOptionsMonitor<PgOAuthProxyOptions>>().Get("").Limits;
        Assert.Equal((2, 3), (limits.MaxConnections, limits.MaxConcurrentCancels));
    }

    private sealed class Seams : IRoleMapper, IScopePolicy, ITokenValidator, IAuditSink, IUpstreamRouter, IUpstreamCredentialProvider
    {
        public ValueTask<RoleMapping> MapAsync(RoleMappingContext context, CancellationToken cancellationToken) => default;

        public ValueTask<ScopeDecision> DecideAsync(ScopePolicyContext context, CancellationToken cancellationToken) => default;

        public ValueTask<TokenValidationResult> ValidateAsync(TokenValidationContext context, CancellationToken cancellationToken) => default;

        public ValueTask WriteAsync(AuditRecord record, CancellationToken cancellationToken) => default;

        public ValueTask<UpstreamRoute> RouteAsync(UpstreamRoutingContext context, CancellationToken cancellationToken) => default;

        public ValueTask<UpstreamCredential> GetAsync(UpstreamCredentialContext context, CancellationToken cancellationToken) => default;
    }
}
