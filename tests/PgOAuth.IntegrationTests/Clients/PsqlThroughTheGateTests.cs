using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>psql with the statement gate on.</summary>
public sealed class PsqlThroughTheGateTests(GatedProxies proxies) : PsqlTests(proxies), IClassFixture<GatedProxies>;
