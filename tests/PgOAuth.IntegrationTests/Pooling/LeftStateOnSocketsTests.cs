using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>What one person leaves, on the portable transport.</summary>
public sealed class LeftStateOnSocketsTests(ProxyFixture shared) : LeftStateTests(shared)
{
    protected override TransportKind Transport => TransportKind.Socket;
}
