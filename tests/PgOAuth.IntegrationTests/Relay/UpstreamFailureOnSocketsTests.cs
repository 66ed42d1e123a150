using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>The server goes away and comes back, on the portable transport.</summary>
public sealed class UpstreamFailureOnSocketsTests(ProxyFixture shared) : UpstreamFailureTests(shared)
{
    protected override TransportKind Transport => TransportKind.Socket;
}
