using System.Runtime.Versioning;
using PgOAuth.Samples.Terminal.Tour;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

public sealed class ConsoleTourTests : ConsoleTestBase
{
    [Fact]
    public async Task Tour_OnThisMachine_HappensAsItShould()
    {
        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(DataFolder, NoEnvironment, "tour");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("✔ All 18 steps happened as they should.", output, StringComparison.Ordinal);
        Assert.DoesNotContain('✘', output);
        Assert.DoesNotContain('\e', output);
        Assert.DoesNotContain("eyJ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Tour_WithoutPsql_UsesNpgsqlAndHappensAsItShould()
    {
        // The server runs as another user, who must be able to look programs up, too.
        File.SetUnixFileMode(DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var folder = Directory.CreateDirectory(Path.Combine(DataFolder, "bin"));
        foreach (var program in Environment.GetEnvironmentVariable("PATH")!.Split(':').Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            var link = Path.Combine(folder.FullName, Path.GetFileName(program));
            if (Path.GetFileName(program) != "psql" && !File.Exists(link))
            {
                File.CreateSymbolicLink(link, program);
            }
        }

        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(DataFolder, new Dictionary<string, string> { ["PATH"] = folder.FullName }, "tour");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("client   Npgsql", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "rows", true, "rows", true)]
    [InlineData(true, "rows", true, "other rows", false)]
    [InlineData(true, "rows", false, "rows", false)]
    [InlineData(false, "denied", false, "FATAL: denied", true)]
    [InlineData(false, "denied", false, "FATAL: something else", false)]
    [InlineData(false, "denied", true, "denied", false)]
    public void Report_OfAStep_TellsWhatDiffers(bool mustSucceed, string expected, bool succeeded, string text, bool good)
    {
        using var output = new StringWriter();
        var report = new TourReport(output, colour: false);
        Assert.False(report.AllAsExpected);

        report.Step(new TourStep("title", "shown", NeverRun, mustSucceed, expected), new SqlAnswer(succeeded, text));
        report.End();

        Assert.Equal(good, report.AllAsExpected);
        Assert.Contains(good ? "✔ All 1 steps" : "✘ expected to ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfNoAnswer_IsAFailure()
    {
        using var output = new StringWriter();
        var report = new TourReport(output, colour: false);
        report.Step(new TourStep("title", "shown", NeverRun, false, "denied"), default);
        Assert.False(report.AllAsExpected);
    }

    private static Task<SqlAnswer> NeverRun(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A report only reads the step; the tour runs it.");
}
