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
        await UntilAsync(client, "57P03");
        Assert.Contains(proxy.Host.Log.Lines, static line => line.EventId.Id == 7001);
        await client.AskAsync("begin", Cancellation);
        Assert.Equal("57P03", await client.RefusalAsync("select count(*) from orders", Cancellation));
        await client.AskAsync("rollback", Cancellation);

        await ProxyFixture.ExecuteAsync(proxy.Host.Server, "postgres", $"alter database {proxy.Host.Database} connection limit -1", Cancellation);
        await UntilAsync(client, "00000");
        Assert.Equal("100", await client.AskAsync("select count(*) from orders", Cancellation));
    }

    // A reading that began before may still answer the next statement.
    private static async Task UntilAsync(RawClient client, string state)
    {
        for (var attempt = 0; attempt < 200 && await client.RefusalAsync("select count(*) from orders", Cancellation) != state; attempt++)
        {
            await Task.Delay(50, Cancellation);
        }

        Assert.Equal(state, await client.RefusalAsync("select count(*) from orders", Cancellation));
    }
}
