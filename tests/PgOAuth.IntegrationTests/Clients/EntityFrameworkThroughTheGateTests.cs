using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Entity Framework Core, migrations and all, with the statement gate on.</summary>
public sealed class EntityFrameworkThroughTheGateTests(GatedProxies proxies) : EntityFrameworkTests(proxies), IClassFixture<GatedProxies>;
