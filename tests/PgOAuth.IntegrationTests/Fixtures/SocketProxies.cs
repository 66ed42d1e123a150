using PgOAuth.Options;

namespace PgOAuth.IntegrationTests.Fixtures;

/// <summary>The same on the portable transport, which is not what the machines that run the tests would choose.</summary>
public sealed class SocketProxies(ProxyFixture shared) : ClassProxies(shared)
{
    protected override TransportKind Transport => TransportKind.Socket;
}
