using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Pooling;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Gate;

/// <summary>A database whose catalog cannot be read: nothing is allowed that would need it.</summary>
public sealed class NoCatalogTests(ProxyFixture shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statements_AreRefusedUntilTheCatalogCanBeRead_TransactionsAreNot()
    {
        await using var proxy = await GatedProxy.StartAsync(
            shared, 18, PoolMode.None, Cancellation, configure: static options => options.Enforcement.CatalogRefreshInterval = options.Enforcement.CatalogKeepFor = TimeSpan.FromMilliseconds(1));
        await using var client = await proxy.LogInAsync(Cancellation, "orders:read");
        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));

        await ProxyFixture.ExecuteAsync(proxy.Host.Server, "postgres", $"alter database {proxy.Host.Database} connection limit 0", Cancellation);
        var error = await Assert.ThrowsAsync<RawError>(() => client.AskAsync("select count(*) from orders", Cancellation));
        Assert.Equal("57P03", error.SqlState);
        Assert.Contains(proxy.Host.Log.Lines, static line => line.EventId.Id == 7001);
        await client.AskAsync("begin", Cancellation);
        Assert.Equal("57P03", await client.RefusalAsync("select count(*) from orders", Cancellation));
        await client.AskAsync("rollback", Cancellation);

        await ProxyFixture.ExecuteAsync(proxy.Host.Server, "postgres", $"alter database {proxy.Host.Database} connection limit -1", Cancellation);
        for (var attempt = 0; attempt < 100 && await client.RefusalAsync("select count(*) from orders", Cancellation) != "00000"; attempt++)
        {
            await Task.Delay(100, Cancellation);
        }

        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));
    }
}
