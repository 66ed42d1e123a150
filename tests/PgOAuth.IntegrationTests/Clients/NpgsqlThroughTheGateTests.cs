using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Npgsql with the statement gate on.</summary>
public sealed class NpgsqlThroughTheGateTests(GatedProxies proxies) : NpgsqlTests(proxies), IClassFixture<GatedProxies>;
