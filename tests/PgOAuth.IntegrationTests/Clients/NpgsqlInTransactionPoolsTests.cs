using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Npgsql in transaction mode.</summary>
public sealed class NpgsqlInTransactionPoolsTests(TransactionPoolProxies proxies) : NpgsqlInPoolsTests(proxies), IClassFixture<TransactionPoolProxies>;
