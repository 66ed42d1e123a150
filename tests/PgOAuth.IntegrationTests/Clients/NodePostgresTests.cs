using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>node-postgres, with the token from a password function.</summary>
public sealed class NodePostgresTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    public static TheoryData<int, string> Checks => ClientChecks.Of("query", "pool", "errors", "cancel", "notify", "refused");

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_OfTheScript_Holds(int major, string check)
    {
        var modules = await ClientTools.NodePostgresAsync();
        await ClientScripts.RunAsync(
            await ClientTools.FindProgramAsync("node", "nodejs"),
            [ClientScripts.PathOf("node_client.mjs"), check],
            await proxies.GetAsync(major),
            new Dictionary<string, string> { ["PGOAUTH_NODE_MODULES"] = modules },
            TestContext.Current.CancellationToken);
    }
}
