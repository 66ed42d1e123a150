using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Entity Framework Core in transaction mode.</summary>
public sealed class EntityFrameworkInPoolsTests(TransactionPoolProxies proxies) : EntityFrameworkTests(proxies), IClassFixture<TransactionPoolProxies>;
