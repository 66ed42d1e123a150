using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>The same, with server connections that serve one session after the other.</summary>
public sealed class SessionPoolProxies(ProxyFixture shared) : ClassProxies(shared)
{
    protected override PoolMode Mode => PoolMode.Session;
}
