using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients;

/// <summary>pgjdbc, of the distribution. The program is compiled once; a Java machine runs all checks of one server.</summary>
public sealed class JdbcTests(ClassProxies proxies, TransactionPoolProxies pooled, GatedProxies gated)
    : IClassFixture<ClassProxies>, IClassFixture<TransactionPoolProxies>, IClassFixture<GatedProxies>, IDisposable
{
    private readonly DirectoryInfo _classes = Directory.CreateTempSubdirectory("pgoauth-jdbc-");

    [Fact]
    public async Task Checks_OfTheProgram_Hold()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var driver = await ClientTools.JdbcAsync();
        var compiler = await ClientTools.JavaCompilerAsync();
        var compiled = await ClientProcess.RunAsync(
            compiler,
            ["-cp", driver, "-d", _classes.FullName, ClientScripts.PathOf("JdbcClient.java")],
            new Dictionary<string, string>(),
            input: null,
            cancellation);
        compiled.Expect();
        foreach (var major in new[] { 15, 18 })
        {
            await RunAsync(await proxies.GetAsync(major), "query", "metadata", "cursor", "copy", "large", "cancel", "notify", "plugin", "refused", "pooled");
            await RunAsync(await gated.GetAsync(major), "query", "metadata", "cursor", "copy", "large", "cancel", "notify", "plugin", "refused", "pooled");
            await RunAsync(await pooled.GetAsync(major), "metadata", "cursor", "large", "cancel", "plugin", "refused", "pooled");
        }

        async Task RunAsync(ProxyHost proxy, params string[] checks) => await ClientScripts.RunAsync(
            await ClientTools.FindProgramAsync("java", "default-jre-headless"),
            ["-cp", $"{_classes.FullName}:{driver}:{ScramJars()}", "JdbcClient", .. checks],
            proxy,
            more: null,
            cancellation);
    }

    public void Dispose() => _classes.Delete(recursive: true);

    // The distribution's driver has its SCRAM client in jars of their own.
    private static string ScramJars() => string.Join(':', Directory.EnumerateFiles("/usr/share/java", "*scram*.jar"));
}
