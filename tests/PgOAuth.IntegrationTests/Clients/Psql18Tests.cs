using System.Text.RegularExpressions;
using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>
/// psql 18 with libpq-oauth: the device flow, started from nothing but the issuer's name. Explicit, because it needs root and a
/// second Debian root (see tests/README.md).
/// </summary>
public sealed partial class Psql18Tests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Explicit = true)]
    [MemberData(nameof(PostgresMajors.All), MemberType = typeof(PostgresMajors))]
    public async Task DeviceFlow_ApprovedInTheBrowser_LogsIn(int major)
    {
        var proxy = await proxies.GetAsync(major, TokenExchange.OAuthBearer);
        using var authority = Psql18Root.Lend(proxy.AuthorityPath);
        await using var psql = StartPsql(proxy, authority, "require_auth=oauth", "select current_user || ' via ' || current_setting('pgoauth.sub')");
        await ApproveAsync(proxy, psql, "bob");

        var result = (await psql.FinishAsync(Cancellation)).Expect();
        Assert.Equal("engineer via bob\n", result.Output);
    }

    [Fact(Explicit = true)]
    public async Task DeviceFlow_ApprovedByTheWrongPerson_IsRefused()
    {
        var proxy = await proxies.GetAsync(18, TokenExchange.OAuthBearer);
        using var authority = Psql18Root.Lend(proxy.AuthorityPath);
        await using var psql = StartPsql(proxy, authority, "require_auth=oauth", "select 1");
        await ApproveAsync(proxy, psql, "alice");

        var result = (await psql.FinishAsync(Cancellation)).Expect(2);
        Assert.Contains("the access token does not give the role \"engineer\"", result.Errors, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task Describe_Family_WorksAgainst18()
    {
        var proxy = await proxies.GetAsync(18);
        using var authority = Psql18Root.Lend(proxy.AuthorityPath);
        foreach (var command in (string[])["\\l+", "\\d+ sales.orders", "\\dconfig", "\\du", "\\dp sales.*", "\\conninfo"])
        {
            await using var psql = StartPsql(proxy, authority, "sslnegotiation=direct", command);
            (await psql.FinishAsync(Cancellation)).Expect();
        }
    }

    [Fact(Explicit = true)]
    public async Task Dump_Of18_IsRestored()
    {
        await using var from = await proxies.Shared.StartProxyAsync(18, cancellationToken: Cancellation);
        await using var to = await proxies.Shared.StartProxyAsync(18, cancellationToken: Cancellation);
        await ProxyFixture.ExecuteAsync(to.Server, to.Database, "drop schema sales cascade", Cancellation);
        using var authority = Psql18Root.Lend(from.AuthorityPath);
        using var file = Psql18Root.Lend(from.AuthorityPath);
        var environment = new Dictionary<string, string> { ["PGPASSWORD"] = from.EngineerToken() };
        await using (var dump = Psql18Root.Start("pg_dump", ["--schema=sales", "-F", "c", "-f", file.Inside, "-d", Connection(from, authority)], environment))
        {
            (await dump.FinishAsync(Cancellation)).Expect();
        }

        await using (var restore = Psql18Root.Start("pg_restore", ["--exit-on-error", "-d", Connection(to, authority), file.Inside], environment))
        {
            (await restore.FinishAsync(Cancellation)).Expect();
        }

        Assert.Equal(100L, await ProxyFixture.ScalarAsync(to.Server, to.Database, "select count(*) from sales.orders", Cancellation));
    }

    private static string Connection(ProxyHost proxy, Psql18Root.Borrowed authority) =>
        proxy.ForLibpq().Replace(proxy.AuthorityPath, authority.Inside, StringComparison.Ordinal);

    private static ClientProcess StartPsql(ProxyHost proxy, Psql18Root.Borrowed authority, string more, string command) => Psql18Root.Start(
        "psql",
        ["-X", "-At", "-d", $"{Connection(proxy, authority)} oauth_issuer={proxy.Issuer.Issuer} oauth_client_id=psql {more}", "-c", command],

        // Unsafe only in that the development issuer has no TLS.
        new Dictionary<string, string> { ["PGOAUTHDEBUG"] = "UNSAFE", ["PGPASSWORD"] = proxy.EngineerToken() });

    private static async Task ApproveAsync(ProxyHost proxy, ClientProcess psql, string person)
    {
        await psql.WaitForAsync("enter the code: ", Cancellation);
        var code = UserCode().Match(psql.Errors + psql.Output).Groups[1].Value;
        using var http = new HttpClient();
        using var approval = new FormUrlEncodedContent([new("user_code", code), new("person", person)]);
        using var response = await http.PostAsync(proxy.Issuer.Issuer + "/device", approval, Cancellation);
        response.EnsureSuccessStatusCode();
    }

    [GeneratedRegex("enter the code: (\\S+)")]
    private static partial Regex UserCode();
}
