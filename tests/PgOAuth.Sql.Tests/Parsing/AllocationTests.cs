using System.Text;
using PgOAuth.Sql.Analysis;
using PgOAuth.Sql.Oracle;
using Xunit;

namespace PgOAuth.Sql.Parsing;

/// <summary>A parser that has seen texts of this size costs the collector nothing any more.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void ParseAndAnalyze_AfterTheFirstTime_AllocateNothing()
    {
        // Escapes in Unicode literals and byte escapes are decoded to be checked; programs hardly send any.
        var texts = TrickyStatements.Texts().Where(static text => text.AsSpan().IndexOf("\\"u8) < 0 && !Encoding.UTF8.GetString(text).Contains("U&", StringComparison.OrdinalIgnoreCase)).ToArray();
        var parser = new SqlParser();
        var analysis = new SqlAnalysis();
        for (var round = 0; round < 3; round++)
        {
            Array.ForEach(texts, text => Run(text));
        }

        var statements = 0;
        foreach (var text in texts)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            statements += Run(text);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(allocated == 0, $"{allocated} bytes for {Encoding.UTF8.GetString(text)}");
        }

        Assert.True(statements > 100, "too few statements to say anything");

        // Refused ones, too: an attacker's text must not cost more than another.
        int Run(byte[] text)
        {
            parser.Parse(text);
            foreach (var statement in parser.Statements)
            {
                parser.Analyze(text, statement, analysis);
            }

            return parser.Statements.Length;
        }
    }
}
