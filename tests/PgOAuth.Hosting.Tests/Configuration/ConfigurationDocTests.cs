using PgOAuth.Options;

namespace PgOAuth.Configuration;

/// <summary>docs/configuration.md names every option and no other.</summary>
public sealed class ConfigurationDocTests
{
    private static readonly string[] Lines = File.ReadAllLines(RepositoryFiles.PathOf("docs/configuration.md"));

    [Fact]
    public void Tables_NameEveryOptionOnce()
    {
        var documented = Lines
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(static line => line.Split(" | ")[0].Split('`').Where(static (_, i) => i % 2 == 1))
            .Order(StringComparer.Ordinal);

        Assert.Equal(OptionLeaf.All.Select(static leaf => leaf.Path).Order(StringComparer.Ordinal), documented);
    }

    [Fact]
    public void Tables_SayMeaningAndDefault()
    {
        Assert.All(
            Lines.Where(static line => line.StartsWith("| `", StringComparison.Ordinal)),
            static line => Assert.All(line.Trim('|').Split(" | "), static cell => Assert.True(cell.Trim().Length > 0, cell)));
    }

    [Fact]
    public void Example_HoldsEveryOption_AndReadsWithoutMistake()
    {
        var begin = Array.IndexOf(Lines, "```jsonc");
        var end = Array.IndexOf(Lines, "```", begin + 1);
        var section = ProxyOptionsReaderTests.FromJson(string.Join('\n', Lines[(begin + 1)..end]));
        var options = new PgOAuthProxyOptions();

        Assert.Empty(ProxyOptionsReader.Read(section, options));
        var present = Microsoft.Extensions.Configuration.ConfigurationExtensions.AsEnumerable(section, makePathsRelative: true)
            .Select(static pair => Normal(pair.Key)).ToHashSet();
        Assert.All(OptionLeaf.All, leaf => Assert.Contains(leaf.Path, present));

        // All that can be wrong with it on another machine is that its files are not there.
        var mistakes = Assert.Throws<ArgumentException>(() => new PgOAuthProxy(options)).Message.Split(Environment.NewLine)[1..];
        Assert.All(mistakes, static mistake =>
            Assert.True(mistake.Contains("there is no file", StringComparison.Ordinal) || mistake.Contains("Could not find", StringComparison.Ordinal), mistake));
    }

    private static string Normal(string key)
    {
        // A configuration splits the example's scope at its colon.
        var parts = key.Replace(":Scopes:db:read", ":Scopes:NAME", StringComparison.Ordinal).Split(':');
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = parts[i].All(char.IsAsciiDigit) ? "N" : i > 0 && parts[i - 1] is ("Servers" or "Sni" or "Scopes" or "AuthorizationDetails" or "Actions") ? "NAME" : parts[i];
        }

        return string.Join(':', parts);
    }
}
