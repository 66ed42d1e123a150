using System.Text;
using System.Text.Json;
using PgOAuth.Testing.Enforcement;
using Xunit;

namespace PgOAuth.Sql.Oracle;

/// <summary>The parser and its analysis against the answers of PostgreSQL's own parser: every text, every field.</summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    public static TheoryData<string> Files => [.. TrickyStatements.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void TrickyStatements_AgainstPostgres_AreEqual(string file)
    {
        var comparison = new OracleComparison();
        var differences = new List<string>();
        foreach (var (sql, oracle) in TrickyStatements.Read(file))
        {
            Add(differences, comparison.Compare(sql, oracle));
        }

        output.WriteLine(comparison.Summary);
        Assert.True(comparison.Compared > 20, "the file says nothing");
        Assert.True(comparison.AllEqual, Report(comparison, differences));
    }

    [Fact]
    public void Corpus_AgainstPostgres_IsEqual()
    {
        if (SqlCorpus.Path is null)
        {
            Assert.False(
                !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")),
                "The SQL corpus (shared/sql-corpus beside the repository, or PGOAUTH_SQL_CORPUS) is missing. In CI it must be there.");
            Assert.Skip("The SQL corpus is not beside the repository; only the committed statements are compared.");
        }

        var comparison = new OracleComparison();
        var differences = new List<string>();
        foreach (var entry in SqlCorpus.Read())
        {
            Add(differences, comparison.Compare(entry.GetProperty("sql").GetString()!, entry.GetProperty("oracle")));
        }

        output.WriteLine(comparison.Summary);
        Assert.True(comparison.Compared > 50_000 && comparison.Rejected > 10_000, "the corpus is too small to say anything");
        Assert.True(comparison.AllEqual, Report(comparison, differences));
    }

    /// <summary>The comparison itself: whatever differs has to show.</summary>
    [Theory]
    [InlineData("select a from t", """{"ok":false,"error":"no"}""", "accepted")]
    [InlineData("select from from", """{"ok":true,"stmts":[]}""", "rejected")]
    [InlineData("select 1; select 2", """{"ok":true,"stmts":[{"kind":"SelectStmt"}]}""", "2 statements instead of 1")]
    [InlineData("select 1", """{"ok":true,"stmts":[{"kind":"InsertStmt"}]}""", "kind is SelectStmt")]
    [InlineData("select 1", """{"ok":true,"stmts":[{"kind":"SelectStmt","shape":1}]}""", "shape is ")]
    [InlineData("select 1", """{"ok":true,"stmts":[{"kind":"SelectStmt"}]}""", "which PostgreSQL does not say")]
    [InlineData("select a", """{"ok":true,"stmts":[{"kind":"SelectStmt","columns":[["a"],["b"]]}]}""", "columns is ")]
    [InlineData("select a, b", """{"ok":true,"stmts":[{"kind":"SelectStmt","columns":[["a"],["c"]]}]}""", "columns is ")]
    [InlineData("select a from t", """{"ok":true,"stmts":[{"kind":"SelectStmt","reads":[["s","t"]]}]}""", "reads is ")]
    public void Comparison_OfWhatDiffers_SaysSo(string sql, string oracle, string difference)
    {
        using var expected = JsonDocument.Parse(oracle);
        var comparison = new OracleComparison();

        Assert.Contains(difference, comparison.Compare(sql, expected.RootElement), StringComparison.Ordinal);
        Assert.False(comparison.AllEqual);
    }

    private static void Add(List<string> differences, string? difference)
    {
        if (difference is not null && differences.Count < 40)
        {
            differences.Add(difference.Length > 600 ? difference[..600] + " …" : difference);
        }
    }

    private static string Report(OracleComparison comparison, List<string> differences) =>
        new StringBuilder(comparison.Summary).Append("\nThe first of them:\n").AppendJoin('\n', differences).ToString();
}
