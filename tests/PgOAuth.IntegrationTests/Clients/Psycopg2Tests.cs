using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>psycopg2, of the distribution.</summary>
public sealed class Psycopg2Tests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    public static TheoryData<int, string> Checks => ClientChecks.Of("query", "cursor", "copy", "cancel", "notify", "refused");

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Check_OfTheScript_Holds(int major, string check) => await ClientScripts.RunAsync(
        await ClientTools.PythonWithPsycopg2Async(),
        [ClientScripts.PathOf("psycopg2_client.py"), check],
        await proxies.GetAsync(major),
        more: null,
        TestContext.Current.CancellationToken);
}
