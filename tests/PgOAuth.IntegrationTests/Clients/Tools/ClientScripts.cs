using PgOAuth.IntegrationTests.Fixtures;
using Xunit;

namespace PgOAuth.IntegrationTests.Clients.Tools;

/// <summary>Runs a checked-in script in another language, which ends with the line <c>passed</c> when all its checks held.</summary>
internal static class ClientScripts
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Clients", "Scripts", name);

    public static async Task RunAsync(
        string program, IEnumerable<string> arguments, ProxyHost proxy, IReadOnlyDictionary<string, string>? more, CancellationToken cancellationToken)
    {
        var token = proxy.EngineerToken();
        var environment = new Dictionary<string, string>
        {
            ["PGOAUTH_CONNINFO"] = proxy.ForLibpq(),
            ["PGOAUTH_HOST"] = ProxyHost.Host,
            ["PGOAUTH_PORT"] = proxy.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["PGOAUTH_DATABASE"] = proxy.Database,
            ["PGOAUTH_URL"] = $"jdbc:postgresql://{ProxyHost.Host}:{proxy.Port}/{proxy.Database}",
            ["PGOAUTH_USER"] = TestRoles.Engineer,
            ["PGOAUTH_CA"] = proxy.AuthorityPath,
            ["PGOAUTH_TOKEN"] = token,
            ["PGPASSWORD"] = token,
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        var result = await ClientProcess.RunAsync(program, arguments, environment, input: null, cancellationToken);
        result.Expect();
        Assert.EndsWith("passed\n", result.Output, StringComparison.Ordinal);
    }
}
