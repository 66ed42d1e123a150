using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using PgOAuth.Sql;
using PgOAuth.Sql.Analysis;

namespace PgOAuth.Benchmarks.Sql;

/// <summary>
/// What parsing costs, over statements that programs send and some written by hand: <c>statements.jsonl</c>, a JSON string a line.
/// One operation is the whole sample once; divide by the number of statements, which the run prints with their mean length.
/// </summary>
[MemoryDiagnoser]
public class ParseBenchmarks
{
    private readonly SqlParser _parser = new();
    private readonly SqlAnalysis _analysis = new();
    private byte[][] _texts = [];

    [GlobalSetup]
    public void Setup()
    {
        _texts = ReadSample();
        var bytes = _texts.Sum(static text => text.Length);
        Console.WriteLine($"// {_texts.Length} statements, {bytes} bytes, {bytes / (double)_texts.Length:F0} each");

        Expect.That(_texts.Length == 202, "the sample is the one that results were measured with");
        foreach (var text in _texts)
        {
            Expect.That(_parser.Parse(text) && _parser.Statements.Length == 1, "the sample is accepted: " + Encoding.UTF8.GetString(text));
        }

        Expect.That(_parser.Parse("select secret from t where id = 1"u8), "the parser accepts SQL");
        _parser.Analyze("select secret from t where id = 1"u8, _parser.Statements[0], _analysis);
        Expect.That(_analysis.Reads.Count == 1 && _analysis.Columns.Count == 2, "the analysis finds relations and columns");
        Expect.That(!_parser.Parse("select from from"u8), "the parser refuses what is none");
        Expect.That(Parse() == _texts.Length, "each text is one statement");
        Expect.That(ParseAndAnalyze() > _texts.Length, "the statements touch something");
    }

    /// <summary>Text to tree. The result is the number of statements.</summary>
    [Benchmark]
    public int Parse()
    {
        var statements = 0;
        foreach (var text in _texts)
        {
            _parser.Parse(text);
            statements += _parser.Statements.Length;
        }

        return statements;
    }

    /// <summary>Text to what it touches. The result is the number of relations and columns.</summary>
    [Benchmark]
    public int ParseAndAnalyze()
    {
        var accesses = 0;
        foreach (var text in _texts)
        {
            _parser.Parse(text);
            foreach (var statement in _parser.Statements)
            {
                _parser.Analyze(text, statement, _analysis);
                accesses += _analysis.Reads.Count + _analysis.Writes.Count + _analysis.Columns.Count;
            }
        }

        return accesses;
    }

    private static byte[][] ReadSample()
    {
        using var stream = typeof(ParseBenchmarks).Assembly.GetManifestResourceStream("statements.jsonl")!;
        using var reader = new StreamReader(stream);
        var texts = new List<byte[]>();
        while (reader.ReadLine() is { } line)
        {
            texts.Add(Encoding.UTF8.GetBytes(JsonSerializer.Deserialize<string>(line)!));
        }

        return [.. texts];
    }
}
