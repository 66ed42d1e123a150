using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>Cancels, and batches left open, on the portable transport.</summary>
public sealed class PoolCancelOnSocketsTests(ProxyFixture shared) : PoolCancelTests(shared)
{
    protected override TransportKind Transport => TransportKind.Socket;
}
