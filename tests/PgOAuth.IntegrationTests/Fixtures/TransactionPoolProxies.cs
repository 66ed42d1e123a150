using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>The same, with two server connections that all sessions share by transactions.</summary>
public sealed class TransactionPoolProxies(ProxyFixture shared) : ClassProxies(shared)
{
    protected override PoolMode Mode => PoolMode.Transaction;

    protected override int PoolSize => 2;
}
