using Xunit;

namespace PgOAuth.Startup;

public sealed class StartupOptionsParserTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   \t\n\v\f\r ", "")]
    [InlineData("-c a=b", "a=b")]
    [InlineData("-ca=b", "a=b")]
    [InlineData("--a=b", "a=b")]
    [InlineData("-c a=b -c c=d", "a=b;c=d")]
    [InlineData("\t-c\ta=b\n--c=d\r", "a=b;c=d")]
    [InlineData("--a-b=c", "a_b=c")]
    [InlineData("-c a-b-c=d-e", "a_b_c=d-e")]
    [InlineData("-c a=b=c", "a=b=c")]
    [InlineData("-c a=", "a=")]
    [InlineData(@"-c a=b\ c", "a=b c")]
    [InlineData(@"-c a=b\\ -c c=d", @"a=b\;c=d")]
    [InlineData(@"-c a=\b", "a=b")]
    [InlineData(@"-c a=b\", "a=b")]
    [InlineData(@"-c a=b\\\ c", @"a=b\ c")]
    [InlineData("-c a=b\\\tc", "a=b\tc")]
    [InlineData(@"\-\c a\=b", "a=b")]
    [InlineData(@"-c\ a=b", " a=b")]
    [InlineData("-c a='b c'", null)]
    [InlineData("-c a=\u00a0b", "a=\u00a0b")]
    [InlineData("-c", null)]
    [InlineData("-c a", null)]
    [InlineData("-c =b", null)]
    [InlineData("--a", null)]
    [InlineData("--=b", null)]
    [InlineData("--", null)]
    [InlineData("-", null)]
    [InlineData("-C a=b", null)]
    [InlineData("a=b", null)]
    [InlineData(@"\", null)]
    [InlineData("-c -c a=b", null)]
    public void Options_AreReadAsTheServerDoes(string options, string? expected)
    {
        var isRead = StartupOptionsParser.TryParse(options, out var settings, out var refused);

        Assert.Equal(expected, isRead ? string.Join(';', settings.Select(static s => $"{s.Key}={s.Value}")) : null);
        Assert.Equal(isRead, refused is null);
    }

    [Fact]
    public void A10_RandomOptions_AreSplitAsASlowReferenceSplitsThem()
    {
        var random = new Random(20260101);
        const string Alphabet = " \t\\-c=ab-\n";
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Create(random.Next(14), random, static (span, random) =>
            {
                for (var j = 0; j < span.Length; j++)
                {
                    span[j] = Alphabet[random.Next(Alphabet.Length)];
                }
            });

            var isRead = StartupOptionsParser.TryParse(text, out var settings, out _);
            var reference = Reference(text);

            Assert.Equal(reference is null ? "refused" : string.Join(';', reference), isRead ? string.Join(';', settings.Select(static s => $"{s.Key}={s.Value}")) : "refused");
        }
    }

    /// <summary>First marks every character as escaped or not, then splits, then reads: slower, and by other means.</summary>
    private static List<string>? Reference(string text)
    {
        var marked = new List<(char Letter, bool IsEscaped)>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                marked.Add((text[i], false));
            }
            else
            {
                // A backslash at the very end escapes nothing and still is part of a word.
                marked.Add(++i < text.Length ? (text[i], true) : ('\0', true));
            }
        }

        var words = new List<string>();
        for (var i = 0; i < marked.Count;)
        {
            if (IsSplit(marked[i]))
            {
                i++;
                continue;
            }

            var word = marked.Skip(i).TakeWhile(static m => !IsSplit(m)).ToList();
            i += word.Count;
            words.Add(new string([.. word.Where(static m => m.Letter != '\0').Select(static m => m.Letter)]));
        }

        var result = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            var assignment = words[i] switch
            {
                ['-', '-', .. var rest] => rest,
                ['-', 'c'] when i + 1 < words.Count => words[++i],
                ['-', 'c', .. var rest] => rest,
                _ => "",
            };
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                return null;
            }

            result.Add(assignment[..equals].Replace('-', '_') + assignment[equals..]);
        }

        return result;
    }

    private static bool IsSplit((char Letter, bool IsEscaped) mark) => !mark.IsEscaped && (mark.Letter is ' ' or '\t' or '\n');
}
