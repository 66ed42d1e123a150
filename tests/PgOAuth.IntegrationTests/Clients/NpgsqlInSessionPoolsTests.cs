using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Npgsql in session mode.</summary>
public sealed class NpgsqlInSessionPoolsTests(SessionPoolProxies proxies) : NpgsqlInPoolsTests(proxies), IClassFixture<SessionPoolProxies>;
