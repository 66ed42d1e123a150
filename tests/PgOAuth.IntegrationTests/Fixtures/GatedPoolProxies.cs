using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>The same, with the statement gate on and two server connections that all sessions share by transactions.</summary>
public sealed class GatedPoolProxies(ProxyFixture shared) : ClassProxies(shared)
{
    protected override PoolMode Mode => PoolMode.Transaction;

    protected override int PoolSize => 2;

    protected override void Configure(PgOAuthProxyOptions options) => ToolPolicy.Apply(options);
}
