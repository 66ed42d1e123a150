using System.Text;
using System.Text.RegularExpressions;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;
using Xunit;

namespace PgOAuth.Documentation;

/// <summary>What the documents promise about the tree.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> ThreatIds => [.. Rows().Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(ThreatIds))]
    public void ThreatModel_EveryThreat_HasATestByItsName(string id)
    {
        // A method of its own, perhaps with others, or a case of a table that has its name.
        var name = new Regex($@"\bpublic\s+(async\s+)?(Task|ValueTask|void)\s+([A-E]\d\d_)*{id}_\w+|""{id}_\w+|\bnew\(""{id}"",");
        var found = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Any(file => name.IsMatch(File.ReadAllText(file)));

        Assert.True(found, $"docs/threat-model.md names {id}, but no test's name begins with {id}_.");
    }

    [Fact]
    public void Links_ToFiles_LeadSomewhere()
    {
        var broken = MarkdownFiles()
            .SelectMany(file => Link().Matches(File.ReadAllText(file)).Select(match => (File: file, Target: match.Groups[1].Value)))
            .Where(static link => !link.Target.Contains("://", StringComparison.Ordinal) && !link.Target.StartsWith('#') && !link.Target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(static link => !Path.Exists(Path.Combine(Path.GetDirectoryName(link.File)!, link.Target.Split('#')[0])))
            .Select(static link => $"{Path.GetRelativePath(Root, link.File)}: {link.Target}");

        Assert.Empty(broken);
    }

    [Fact]
    public void StatementPolicy_Example_IsAPolicy_AndNamesEveryStatement()
    {
        var text = File.ReadAllText(Path.Combine(Root, "docs", "statement-policy.md"));
        var example = text.Split("```jsonc\n")[1].Split("```")[0];

        Assert.Empty(PolicyFileReader.Read(Encoding.UTF8.GetBytes(example), out var policy));
        Assert.Equal(4, policy.Scopes.Count);
        Assert.Single(policy.AuthorizationDetails);
        Assert.All(StatementPermissionNames.All, word => Assert.Contains($"`{word}`", text, StringComparison.Ordinal));
        Assert.All(typeof(PolicyDefaults).GetProperties(), property => Assert.Contains($"\"{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}\"", example, StringComparison.Ordinal));
    }

    [Fact]
    public void DecisionRecords_AreAllListed()
    {
        var index = File.ReadAllText(Path.Combine(Root, "docs", "adr", "README.md"));

        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Root, "docs", "adr"), "0*.md"),
            file => Assert.Contains($"({Path.GetFileName(file)})", index, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Rows() =>
        File.ReadLines(Path.Combine(Root, "docs", "threat-model.md"))
            .Where(static line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(static line => ThreatId().Matches(line.Split('|')[1]).Select(static match => match.Value));

    private static IEnumerable<string> MarkdownFiles() =>
        new[] { "docs", "src", "samples", "tests", "bench" }
            .Select(static folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Root, "*.md"))
            .Where(static file => !file.Contains("node_modules", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PgOAuth.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root was not found.");
        }

        return folder;
    }

    [GeneratedRegex(@"\b[ABCDE]\d\d\b")]
    private static partial Regex ThreatId();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
