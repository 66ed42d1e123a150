using System.Globalization;
using System.Text;
using PgOAuth.Sql.Analysis;
using PgOAuth.Sql.Oracle;
using PgOAuth.Sql.Syntax;
using Xunit;

namespace PgOAuth.Sql.Parsing;

/// <summary>
/// Anything at all as a text. A hundred thousand by default; <c>PGOAUTH_SOAK_SECONDS</c> asks for a million and as many seconds at least,
/// and <c>PGOAUTH_SOAK_SEED</c> repeats a seed that a failure names.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int ShortRounds = 100_000;
    private const int LongRounds = 1_000_000;
    private const int DefaultSeed = 20261122;

    private static readonly byte[][] Pieces =
    [
        .. "' '' \" \"\" $$ $a$ E' U&' U&\" b' x' -- /* */ ; ( ) [ ] , . .. : :: := => \\ ' \\0072 \\+00 1e $1 0x 1 é \u0130 \u00a0 @ - * UESCAPE select from where and or not in as on with ( select values table union join using order by limit for update between like is null case when end array row over filter insert into set returning merge then copy create alter drop grant explain prepare default only lateral recursive cast extract interval time zone collate json xml"
            .Split(' ').Select(Encoding.UTF8.GetBytes),
        "\n"u8.ToArray(), "\r"u8.ToArray(), "\v"u8.ToArray(), " "u8.ToArray(), " "u8.ToArray(), [0], [0xFF], [0xC3], [0x80],
    ];

    [Fact]
    public void Mutations_OfEveryStatement_AreAcceptedOrRefusedAndNothingElse()
    {
        var seeds = TrickyStatements.Texts();
        var check = new TextCheck();
        Run((random, round) => check.Run(Mutate(round < seeds.Length ? seeds[round] : seeds[random.Next(seeds.Length)], seeds, random)));

        Report(check);
        Assert.InRange(check.Accepted, ShortRounds / 100, int.MaxValue);
        Assert.InRange(check.Refused, ShortRounds / 100, int.MaxValue);
    }

    [Fact]
    public void RandomBytes_AreAcceptedOrRefusedAndNothingElse()
    {
        var check = new TextCheck();
        Run((random, _) =>
        {
            var text = new byte[random.Next(80)];
            random.NextBytes(text);
            if (random.Next(2) == 0)
            {
                // ASCII only: else hardly a text comes past the check of its encoding.
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = (byte)(text[i] % 95 + 32);
                }
            }

            check.Run(text);
        });
        Report(check);
        Assert.True(check.Refused > 0);
    }

    [Fact]
    public void RandomTokens_AreAcceptedOrRefusedAndNothingElse()
    {
        var check = new TextCheck();
        Run((random, _) =>
        {
            var text = new List<byte>("select "u8.ToArray());
            for (var n = random.Next(24); n > 0; n--)
            {
                text.AddRange(Pieces[random.Next(Pieces.Length)]);
                text.Add((byte)' ');
            }

            check.Run([.. text]);
        });
        Report(check);
        Assert.True(check.Refused > 0);
    }

    [Fact]
    public void Prefixes_OfEveryStatement_AreAcceptedOrRefusedAndNothingElse()
    {
        var check = new TextCheck();
        foreach (var text in TrickyStatements.Texts())
        {
            for (var length = 0; length < text.Length; length++)
            {
                check.Run(text[..length]);
            }
        }

        Report(check);
        Assert.True(check.Accepted > 1000 && check.Refused > 1000);
    }

    private void Report(TextCheck check) => output.WriteLine($"{check.Accepted} texts accepted, {check.Refused} refused");

    private static void Run(Action<Random, int> one)
    {
        var isLong = double.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_SOAK_SECONDS"), CultureInfo.InvariantCulture, out var seconds);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PGOAUTH_SOAK_SEED"), CultureInfo.InvariantCulture, out var given) ? given
            : isLong ? Environment.TickCount & 0xFFFFFF : DefaultSeed;
        var random = new Random(seed);
        var end = Environment.TickCount64 + (long)(seconds * 1000);
        for (var round = 0; round < (isLong ? LongRounds : ShortRounds) || (isLong && Environment.TickCount64 < end); round++)
        {
            try
            {
                one(random, round);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}, round {round}: {exception.Message}", exception);
            }
        }
    }

    private static byte[] Mutate(byte[] seed, byte[][] seeds, Random random)
    {
        var text = new List<byte>(seed);
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var at = random.Next(text.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < text.Count:
                    text.RemoveAt(at);
                    break;
                case 1 when at < text.Count:
                    text.RemoveRange(at, random.Next(Math.Min(30, text.Count - at) + 1));
                    break;
                case 2 when at < text.Count:
                    text[at] = (byte)random.Next(128);
                    break;
                case 3 when at < text.Count:
                    text.InsertRange(random.Next(text.Count + 1), text.GetRange(at, random.Next(Math.Min(40, text.Count - at) + 1)));
                    break;
                case 4:
                    var other = seeds[random.Next(seeds.Length)];
                    var from = random.Next(other.Length + 1);
                    text.InsertRange(at, other.AsSpan(from, random.Next(Math.Min(40, other.Length - from) + 1)).ToArray());
                    break;
                default:
                    text.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return [.. text];
    }

    /// <summary>What holds for every text.</summary>
    private sealed class TextCheck
    {
        private readonly SqlParser _parser = new();
        private readonly SqlParser _fresh = new();
        private readonly SqlAnalysis _analysis = new();

        public int Accepted { get; private set; }

        public int Refused { get; private set; }

        // The text is an array of exactly its length: a read past the end throws.
        public void Run(byte[] text)
        {
            if (!_parser.Parse(text))
            {
                Refused++;
                That(!string.IsNullOrEmpty(_parser.Error) && _parser.Statements.IsEmpty, text, "refused without a reason");
                That(_parser.ErrorPosition >= 0 && _parser.ErrorPosition <= text.Length, text, "the error is outside of the text");
                return;
            }

            Accepted++;
            var end = 0;
            foreach (var statement in _parser.Statements)
            {
                That(statement.Location >= end && statement.Length > 0 && statement.Location + statement.Length <= text.Length, text, "a statement is outside of the text");
                end = statement.Location + statement.Length;
                var wrong = Trees.Check(_parser, statement.Root);
                That(wrong is null, text, wrong ?? "");
                _parser.Analyze(text, statement, _analysis);
                var root = _parser.Nodes[statement.Root];
                foreach (var list in new[] { _analysis.Reads, _analysis.Writes, _analysis.Columns, _analysis.Functions, _analysis.Ctes, _analysis.Params, _analysis.SetColumns, _analysis.UsingColumns, _analysis.Settings })
                {
                    foreach (var node in list.Items)
                    {
                        That(node >= root.First && node <= statement.Root, text, "an access is another statement's");
                    }
                }

                // A statement means the same alone.
                var alone = text[statement.Location..end];
                That(_fresh.Parse(alone) && _fresh.Statements.Length == 1 && _fresh.Statements[0].Kind == statement.Kind, text, "a statement is another one when alone");
            }
        }

        private static void That(bool condition, byte[] text, string what)
        {
            if (!condition)
            {
                throw new InvalidOperationException($"{what}: {Encoding.UTF8.GetString(text)}");
            }
        }
    }
}
