using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>node-postgres, with the token from a password function.</summary>
public sealed class NodePostgresTests(ClassProxies proxies, TransactionPoolProxies pooled, GatedProxies gated)
    : IClassFixture<ClassProxies>, IClassFixture<TransactionPoolProxies>, IClassFixture<GatedProxies>
{
    public static TheoryData<int, string> Checks => ClientChecks.Of("query", "pool", "errors", "cancel", "notify", "refused", "pooled");

    public static TheoryData<int, string> PooledChecks => ClientChecks.Of("query", "pool", "errors", "refused", "pooled");

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_OfTheScript_Holds(int major, string check) => await RunAsync(await proxies.GetAsync(major), check);

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_ThroughTheGate_Holds(int major, string check) => await RunAsync(await gated.GetAsync(major), check);

    [Theory]
    [MemberData(nameof(PooledChecks))]
    public async Task Check_InTransactionMode_Holds(int major, string check) => await RunAsync(await pooled.GetAsync(major), check);

    private static async Task RunAsync(ProxyHost proxy, string check)
    {
        var modules = await ClientTools.NodePostgresAsync();
        await ClientScripts.RunAsync(
            await ClientTools.FindProgramAsync("node", "nodejs"),
            [ClientScripts.PathOf("node_client.mjs"), check],
            proxy,
            new Dictionary<string, string> { ["PGOAUTH_NODE_MODULES"] = modules },
            TestContext.Current.CancellationToken);
    }
}
