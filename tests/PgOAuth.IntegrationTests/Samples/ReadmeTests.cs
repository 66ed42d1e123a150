using Microsoft.Extensions.Options;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

public sealed class ReadmeTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/policy.md")]
    public void Page_ShowsTheCodeThatIsCompiledHere(string page)
    {
        var compiled = File.ReadAllLines(InRepository("tests/PgOAuth.IntegrationTests/Samples/ReadmeSnippet.cs"));
        var begin = Array.FindIndex(compiled, line => line.Trim() == "// begin " + page);
        var end = Array.FindIndex(compiled, line => line.Trim() == "// end " + page);
        Assert.True(begin >= 0 && end > begin + 1);
        var indent = compiled[begin].Length - compiled[begin].TrimStart().Length;
        var expected = string.Join('\n', compiled[(begin + 1)..end].Select(line => line.Length > indent ? line[indent..] : ""));

        Assert.Equal(expected, CodeOf(page));
    }

    [Fact]
    public async Task Code_OfTheReadme_IsRefusedForItsMissingCertificateOnly()
    {
        var mistakes = await Assert.ThrowsAsync<OptionsValidationException>(() => ReadmeSnippet.RunAsync([]));

        Assert.Contains("server.pem", mistakes.Message, StringComparison.Ordinal);
        Assert.Single(mistakes.Message.Split('\n'), static line => line.Contains(':', StringComparison.Ordinal) && !line.EndsWith(':'));
    }

    private static string CodeOf(string page)
    {
        const string Fence = "```csharp\n";
        var text = File.ReadAllText(InRepository(page));
        var begin = text.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        return text[begin..text.IndexOf("\n```", begin, StringComparison.Ordinal)];
    }

    private static string InRepository(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PgOAuth.sln")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        return Path.Combine(folder.FullName, path);
    }
}
