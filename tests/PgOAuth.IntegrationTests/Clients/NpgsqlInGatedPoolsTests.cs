using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Npgsql in transaction mode with the statement gate on.</summary>
public sealed class NpgsqlInGatedPoolsTests(GatedPoolProxies proxies) : NpgsqlInPoolsTests(proxies), IClassFixture<GatedPoolProxies>;
