using System.Buffers.Binary;
using System.Globalization;
using PgOAuth.Sql;
using PgOAuth.Sql.Analysis;

namespace PgOAuth.Benchmarks.Sql;

/// <summary>
/// The part of <c>bench/parser</c> that is ours, in the words of its <c>native.c</c>: a line of the input is a number of seconds, and the answer
/// how often all statements were parsed and analysed, the nanoseconds of processor time for that, how many were accepted, and the bytes allocated.
/// </summary>
internal sealed class ParseRounds(byte[][] texts)
{
    /// <summary>The first argument that asks for this instead of benchmarks; the second is the file of statements.</summary>
    public const string Command = "parse-rounds";

    private readonly SqlParser _parser = new();
    private readonly SqlAnalysis _analysis = new();

    public static void Run(string path)
    {
        var rounds = new ParseRounds(Read(File.ReadAllBytes(path)));
        while (Console.ReadLine() is { } line)
        {
            Console.WriteLine(rounds.Round(double.Parse(line, CultureInfo.InvariantCulture)));
        }
    }

    private static byte[][] Read(ReadOnlySpan<byte> file)
    {
        var texts = new List<byte[]>();
        while (!file.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file);
            texts.Add(file.Slice(sizeof(int), length).ToArray());
            // The zero byte after it is for C.
            file = file[(sizeof(int) + length + 1)..];
        }

        return [.. texts];
    }

    private string Round(double seconds)
    {
        var (passes, accepted, used) = (0L, 0L, TimeSpan.Zero);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Environment.CpuUsage.TotalTime;
        do
        {
            accepted = Pass();
            passes++;
            used = Environment.CpuUsage.TotalTime - start;
        }
        while (used.TotalSeconds < seconds);

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return string.Create(CultureInfo.InvariantCulture, $"{passes} {used.Ticks * TimeSpan.NanosecondsPerTick} {accepted} {allocated}");
    }

    private long Pass()
    {
        var (accepted, accesses) = (0L, 0L);
        foreach (var text in texts)
        {
            if (!_parser.Parse(text))
            {
                continue;
            }

            accepted++;
            foreach (var statement in _parser.Statements)
            {
                _parser.Analyze(text, statement, _analysis);
                accesses += _analysis.Reads.Count + _analysis.Writes.Count + _analysis.Columns.Count;
            }
        }

        Expect.That(accesses >= 0, "the analysis has a result");
        return accepted;
    }
}
