using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Testing.Enforcement;
using Xunit;

namespace PgOAuth.Enforcement;

public sealed class SessionStateGuardFuzzTests
{
    private const int Rounds = 100_000;

    private static readonly byte[][] _pieces =
    [
        .. new[]
        {
            "'", "\"", "$$", "$a$", "E'", "U&'", "U&\"", "b'", "--", "/*", "*/", ";", "(", ")", "\\", "\n", "\r", "''", "\"\"", " UESCAPE '!'",
            "set_config", "role", "SET ", "\\0072", "\\+00", "\u0130", "1e", "$1", "0x", "é", "\0", "\v",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0x80],
    ];

    [Fact]
    public void Mutations_OfEveryStatement_NeverThrow()
    {
        var seeds = EscapeAttempts.All.Select(static a => a.Sql).Concat(OrdinaryStatements.All).Select(Encoding.UTF8.GetBytes).ToArray();
        var random = new Random(20261122);
        var guard = new ParsingGuard();
        var allowed = 0;
        for (var i = 0; i < Rounds; i++)
        {
            // The exact length in an array of its own: a read past the end throws.
            var text = Mutate(seeds[random.Next(seeds.Length)], random);
            allowed += guard.Check(text).IsAllowed ? 1 : 0;
        }

        Assert.InRange(allowed, 1_000, Rounds - 1_000);
    }

    [Fact]
    public void Prefixes_OfEveryStatement_NeverThrow()
    {
        var guard = new ParsingGuard();
        foreach (var sql in EscapeAttempts.All.Select(static a => a.Sql).Concat(OrdinaryStatements.All))
        {
            var text = Encoding.UTF8.GetBytes(sql);
            for (var length = 0; length < text.Length; length++)
            {
                guard.Check(text.AsSpan(0, length));
            }
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var text = new List<byte>(seed);
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var at = random.Next(text.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < text.Count:
                    text.RemoveAt(at);
                    break;
                case 1 when at < text.Count:
                    text.RemoveRange(at, random.Next(text.Count - at + 1));
                    break;
                case 2 when at < text.Count:
                    text[at] = (byte)random.Next(256);
                    break;
                case 3 when at < text.Count:
                    text.InsertRange(random.Next(text.Count + 1), text.GetRange(at, random.Next(Math.Min(40, text.Count - at) + 1)));
                    break;
                default:
                    text.InsertRange(at, _pieces[random.Next(_pieces.Length)]);
                    break;
            }
        }

        return [.. text];
    }
}
