using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Pooling;

/// <summary>Clients that vanish, or do not read, on the portable transport.</summary>
public sealed class BrokenClientOnSocketsTests(ProxyFixture shared) : BrokenClientTests(shared)
{
    protected override TransportKind Transport => TransportKind.Socket;
}
