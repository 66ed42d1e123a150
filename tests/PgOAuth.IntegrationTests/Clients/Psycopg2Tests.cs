using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>psycopg2, of the distribution.</summary>
public sealed class Psycopg2Tests(ClassProxies proxies, TransactionPoolProxies pooled, GatedProxies gated)
    : IClassFixture<ClassProxies>, IClassFixture<TransactionPoolProxies>, IClassFixture<GatedProxies>
{
    public static TheoryData<int, string> Checks => ClientChecks.Of("query", "cursor", "copy", "cancel", "notify", "refused", "pooled");

    public static TheoryData<int, string> PooledChecks => ClientChecks.Of("query", "cursor", "copy", "cancel", "refused", "pooled");

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_OfTheScript_Holds(int major, string check) => await RunAsync(await proxies.GetAsync(major), check);

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_ThroughTheGate_Holds(int major, string check) => await RunAsync(await gated.GetAsync(major), check);

    [Theory]
    [MemberData(nameof(PooledChecks))]
    public async Task Check_InTransactionMode_Holds(int major, string check) => await RunAsync(await pooled.GetAsync(major), check);

    private static async Task RunAsync(ProxyHost proxy, string check) => await ClientScripts.RunAsync(
        await ClientTools.PythonWithPsycopg2Async(),
        [ClientScripts.PathOf("psycopg2_client.py"), check],
        proxy,
        more: null,
        TestContext.Current.CancellationToken);
}
