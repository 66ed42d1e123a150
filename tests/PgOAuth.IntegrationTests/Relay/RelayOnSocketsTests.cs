using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Pipelines, keys and ends of sessions on the portable transport.</summary>
public sealed class RelayOnSocketsTests(SocketProxies proxies) : RelayTests(proxies), IClassFixture<SocketProxies>;
