using PgOAuth.Samples.Development.Postgres;
using Xunit;

namespace PgOAuth.IntegrationTests.Development;

/// <summary>Not a test: what the crash test runs in a process of its own, to be killed.</summary>
public sealed class EmbeddedPostgresOwner
{
    internal const string ReportVariable = "PGOAUTH_TEST_OWNER_REPORT";

    [Fact(Explicit = true)]
    public async Task Own()
    {
        var report = Environment.GetEnvironmentVariable(ReportVariable)
            ?? throw new InvalidOperationException($"{ReportVariable} is not set: this only runs as a child of the crash test.");
        var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { RequireOwnServer = true }, TestContext.Current.CancellationToken);
        var written = report + ".part";
        await File.WriteAllLinesAsync(
            written, [Path.GetDirectoryName(server.SocketDirectory)!, server.ConnectionString], TestContext.Current.CancellationToken);
        File.Move(written, report);
        await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
    }
}
