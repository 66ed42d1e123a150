using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.IntegrationTests.Relay;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Enforcement.Gate;

/// <summary>Clients that send many unnamed statements before the first is answered, after the policy has changed.</summary>
public sealed class UnnamedStatementTests(ProxyFixture fixture)
{
    [Theory]
    [InlineData(PoolMode.None)]
    [InlineData(PoolMode.Transaction)]
    public async Task A27_ManyUnnamedStatementsInAPipeline_AreTheOnesOfTheirBatches(PoolMode mode)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var proxy = await GatedProxy.StartAsync(fixture, 18, mode, cancellationToken);
        await using var client = await proxy.LogInAsync(cancellationToken, "orders:read");
        await proxy.ChangePolicyAsync(static policy => policy.Scopes["nobody"] = new ScopeRules(), cancellationToken);
        for (var round = 0; round < 3; round++)
        {
            byte[] pipeline = RawClient.Query("select 1");
            for (var i = 0; i < 12; i++)
            {
                pipeline = [.. pipeline, .. RawClient.Extended(i == 6 ? "select number from cards" : $"select {i} + {round}"), .. RawClient.Sync];
            }

            await client.SendAsync(pipeline, cancellationToken);
            for (var i = -1; i < 12; i++)
            {
                var messages = await client.ReadUntilReadyAsync(cancellationToken);
                Assert.Contains(messages, message => message.Type == (i == 6 ? 'E' : 'D'));
                Assert.DoesNotContain(messages, message => message.Type == (i == 6 ? 'D' : 'E'));
            }
        }
    }
}
