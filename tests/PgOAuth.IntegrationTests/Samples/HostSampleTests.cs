using PgOAuth.IntegrationTests.Clients.Tools;
using PgOAuth.Testing;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

/// <summary>The worker and the web sample as processes: what they print is pasted into a shell, as a person would.</summary>
public sealed class HostSampleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_FromNothing_ServesTheLinesItPrints()
    {
        using var folder = new TemporaryFolder();
        await using var worker = await StartAsync("PgOAuth.Samples.Worker", folder.Path);

        await CheckPeopleAsync(worker);
        await StopAsync(worker);
    }

    [Fact]
    public async Task AspNetCore_FromNothing_ServesDatabaseAndWebBesideEachOther()
    {
        using var folder = new TemporaryFolder();
        await using var web = await StartAsync("PgOAuth.Samples.AspNetCore", folder.Path);

        await CheckPeopleAsync(web);
        const string Announcement = "Now listening on: ";
        await web.WaitForAsync(Announcement, Cancellation);
        var url = web.Output[(web.Output.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Split('\n')[0].Trim();
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/health/live", UriKind.Relative), Cancellation));
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative), Cancellation));
        Assert.Contains("database sessions through 127.0.0.1:", await http.GetStringAsync(new Uri("/", UriKind.Relative), Cancellation), StringComparison.Ordinal);
        await StopAsync(web);
    }

    private static async Task<ClientProcess> StartAsync(string sample, string dataFolder)
    {
        await ClientTools.PsqlAsync();
        var framework = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!);
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));
        var dll = Path.Combine(root, "samples", sample, "bin", configuration, framework, sample + ".dll");
        Assert.True(File.Exists(dll), $"{dll} is missing: the sample was not built.");
        var process = ClientProcess.Start(
            "dotnet",
            [dll],
            new Dictionary<string, string>
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Urls"] = "http://127.0.0.1:0",
                ["PgOAuth__Endpoints__0__Address"] = "127.0.0.1:0",
                ["PGOAUTH_DATA"] = dataFolder,
                ["PGOAUTH_POSTGRES"] = "",
            });
        await process.WaitForAsync("# carol is refused", Cancellation);
        return process;
    }

    private static async Task CheckPeopleAsync(ClientProcess sample)
    {
        var alice = await PasteAsync(sample, "# alice may read");
        alice.Expect();
        Assert.Contains("analyst", alice.Output, StringComparison.Ordinal);
        Assert.Contains("lamp", alice.Output, StringComparison.Ordinal);
        var bob = await PasteAsync(sample, "# bob may also write", "-c \"INSERT INTO orders VALUES (4, 'rug')\"");
        bob.Expect();
        Assert.Contains("INSERT 0 1", bob.Output, StringComparison.Ordinal);
        var carol = await PasteAsync(sample, "# carol is refused");
        Assert.NotEqual(0, carol.ExitCode);
        Assert.Contains("does not give the role \"analyst\"", carol.Errors, StringComparison.Ordinal);
    }

    private static async Task<ClientResult> PasteAsync(ClientProcess sample, string title, string more = "")
    {
        await sample.WaitForAsync(title, Cancellation);
        await sample.WaitForAsync("psql", Cancellation);
        var lines = sample.Output.Split('\n');
        var line = lines[Array.FindIndex(lines, text => text.Trim() == title) + 1];
        return await ClientProcess.RunAsync("sh", ["-c", $"{line} {more}"], new Dictionary<string, string>(), null, Cancellation);
    }

    private static async Task StopAsync(ClientProcess sample)
    {
        await sample.SignalAsync("TERM", Cancellation);
        (await sample.FinishAsync(Cancellation)).Expect();
    }
}
