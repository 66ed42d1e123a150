using System.Globalization;
using System.Net;
using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>Every kind of address a client can come to, in one proxy.</summary>
public sealed class EndpointTests(ClassProxies proxies) : IClassFixture<ClassProxies>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Psql_OverIPv6_LogsIn()
    {
        await using var proxy = await StartAsync(options => options.Listen("::1", 0, endpoint => endpoint.Tls.UseCertificate(proxies.Shared.Certificates.Server)));
        var port = ((IPEndPoint)proxy.Proxy.LocalEndPoints[1]).Port;

        Assert.Equal("engineer", await AskAsync(proxy, string.Create(CultureInfo.InvariantCulture, $"host=::1 port={port} sslmode=require")));
        Assert.Equal("[::1]", (await proxy.Audit.WaitForAsync(1, Cancellation))[0].ClientAddress![..5]);
    }

    [Fact]
    public async Task Psql_OverAUnixSocket_LogsIn_OnlyWhereThatIsAllowed()
    {
        var folder = Directory.CreateTempSubdirectory("pgoauth-");
        try
        {
            await using (var proxy = await StartAsync(options =>
            {
                options.ListenUnix(Path.Combine(folder.FullName, ".s.PGSQL.6432"), static endpoint => endpoint.DangerousAllowTokensWithoutTls = true);
                options.ListenUnix(Path.Combine(folder.FullName, ".s.PGSQL.6433"), endpoint => endpoint.Tls.UseCertificate(proxies.Shared.Certificates.Server));
            }))
            {
                Assert.Equal("engineer", await AskAsync(proxy, $"host={folder.FullName} port=6432"));
                Assert.Null((await proxy.Audit.WaitForAsync(1, Cancellation))[0].ClientAddress);

                // libpq makes no TLS over Unix sockets, so an endpoint that insists on it lets nobody in.
                var refused = await RunAsync(proxy, $"host={folder.FullName} port=6433");
                Assert.Contains("access tokens are accepted over TLS only", refused.Errors, StringComparison.Ordinal);
            }

            Assert.Empty(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<ProxyHost> StartAsync(Action<PgOAuthProxyOptions> configure) =>
        await proxies.Shared.StartProxyAsync(18, new ProxyHostOptions { Database = await proxies.DatabaseAsync(18), Configure = configure }, Cancellation);

    private static async Task<string> AskAsync(ProxyHost proxy, string where)
    {
        var result = await RunAsync(proxy, where);
        result.Expect();
        return result.Output.Trim();
    }

    private static async Task<ClientResult> RunAsync(ProxyHost proxy, string where) => await ClientProcess.RunAsync(
        await ClientTools.PsqlAsync(),
        ["-X", "-At", "-c", "select current_user", $"{where} dbname={proxy.Database} user={TestRoles.Engineer} connect_timeout=30"],
        new Dictionary<string, string> { ["PGPASSWORD"] = proxy.EngineerToken() },
        null,
        Cancellation);
}
