using PgOAuth.Samples.Development.Postgres.Processes;
using PgOAuth.Samples.Terminal.Tour;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

/// <summary>A folder for the sample's keys, and psql.</summary>
public abstract class ConsoleTestBase : IDisposable
{
    private protected static readonly IReadOnlyDictionary<string, string> NoEnvironment = new Dictionary<string, string>();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgoauth-console-");

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected string DataFolder => _folder.FullName;

    private protected string AuthorityPath => Path.Combine(DataFolder, "certificates", "ca.crt");

    private protected static ISqlClient Psql
    {
        get
        {
            var path = Executables.Find("psql");
            Assert.True(path is not null, "psql is not installed; these tests drive the real one.");
            return new PsqlClient(path, "psql");
        }
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string Write(string name, string content)
    {
        var path = Path.Combine(DataFolder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A token by the sample's own command, beside a running <c>serve</c>.</summary>
    private protected async Task<string> TokenAsync(params IReadOnlyList<string> arguments)
    {
        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(DataFolder, NoEnvironment, ["token", .. arguments]);
        Assert.True(exitCode == 0, errors);
        Assert.DoesNotContain('\n', output);
        return output;
    }
}
