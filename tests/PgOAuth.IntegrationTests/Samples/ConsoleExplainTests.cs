using System.Text.Json;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

public sealed class ConsoleExplainTests : ConsoleTestBase
{
    private const string Reader = "{ \"sub\": \"alice\", \"groups\": [\"analysts\"], \"scope\": \"db:read\" }";

    [Fact]
    public async Task Explain_Allowed_NamesTheRuleAndEndsWith0()
    {
        var (exitCode, output, errors) = await ExplainAsync("select name, price from products where id = 4");

        Assert.True(exitCode == 0, errors);
        Assert.StartsWith("allowed: role analyst in database demo of server main, gate enforces\n", output, StringComparison.Ordinal);
        Assert.Contains("  select name, price from products where id = 4\n               ^^^^^\n  allowed: select on column price of public.products, by scope db:read, products without cost", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_Refused_UnderlinesWhatIsAndEndsWith1()
    {
        var (exitCode, output, errors) = await ExplainAsync("select cost from products");

        Assert.True(exitCode == 1, errors);
        Assert.StartsWith("refused (policy): role analyst", output, StringComparison.Ordinal);
        Assert.Contains("  select cost from products\n         ^^^^\n  refused: select on column cost of public.products, needs scope db:admin", output, StringComparison.Ordinal);
        Assert.Contains("It needs the scope db:admin.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_Json_IsForProgramsAndHasNoValues()
    {
        var (exitCode, output, errors) = await ExplainAsync("select 'canary'; delete from orders", "--json");

        Assert.True(exitCode == 1, errors);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
        using var answer = JsonDocument.Parse(output);
        Assert.Equal("refused", answer.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(["allowed", "refused"], answer.RootElement.GetProperty("statements").EnumerateArray().Select(static one => one.GetProperty("verdict").GetString()));
    }

    [Theory]
    [InlineData("Option '--claims' is required", "explain", "select 1")]
    [InlineData("Required argument missing", "explain", "--claims", "x.json")]
    [InlineData("cannot be read", "explain", "--claims", "/nonexistent/claims.json", "select 1")]
    [InlineData("service@127.0.0.1:1 cannot be reached", "explain", "--upstream", "Host=127.0.0.1;Port=1;Username=service;Password=very-secret", "--map", "groups=a:b", "select 1")]
    public async Task Mistake_EndsWithASentenceAnd2(string sentence, params string[] arguments)
    {
        string[] claims = arguments.Contains("--claims") || sentence.StartsWith("Option", StringComparison.Ordinal) ? [] : ["--claims", Write("claims.json", Reader)];
        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(DataFolder, NoEnvironment, [.. arguments, .. claims]);

        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", errors + output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{ \"groups\": [] }", "sub is missing")]
    [InlineData("{ \"sub\": \"a\", \"scope\": 4 }", "scope")]
    [InlineData("{ \"sub\": \"a\", \"exp\": \"soon\" }", "exp is not a number")]
    public async Task Claims_ThatAreNone_EndWithASentenceAnd2(string json, string sentence)
    {
        var (exitCode, _, errors) = await ConsoleProcess.RunAsync(DataFolder, NoEnvironment, ["explain", "--claims", Write("claims.json", json), "select 1"]);

        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
    }

    private Task<(int ExitCode, string Output, string Errors)> ExplainAsync(string sql, params string[] more) =>
        ConsoleProcess.RunAsync(DataFolder, NoEnvironment, ["explain", "--claims", Write("claims.json", Reader), .. more, sql]);
}
