using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Npgsql on the portable transport.</summary>
public sealed class NpgsqlOnSocketsTests(SocketProxies proxies) : NpgsqlTests(proxies), IClassFixture<SocketProxies>;
