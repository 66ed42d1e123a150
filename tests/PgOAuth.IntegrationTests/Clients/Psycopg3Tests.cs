using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>psycopg 3, of the distribution.</summary>
public sealed class Psycopg3Tests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    public static TheoryData<int, string> Checks => ClientChecks.Of("query", "pipeline", "cursor", "copy", "cancel", "notify", "refused");

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_OfTheScript_Holds(int major, string check) => await ClientScripts.RunAsync(
        await ClientTools.PythonWithPsycopgAsync(),
        [ClientScripts.PathOf("psycopg3_client.py"), check],
        await proxies.GetAsync(major),
        more: null,
        TestContext.Current.CancellationToken);
}
